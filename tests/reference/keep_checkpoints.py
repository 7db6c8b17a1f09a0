#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and keeps every checkpoint that it writes: keep_checkpoints.py PATH FOLDER COMMAND...

A new checkpoint takes the place of the one before by a new name for another file, so a second name for each is all
it takes: FOLDER/0001.h5 and so on. Ends with the code of the command."""
import os
import subprocess
import sys


def keep(path, folder, command):
    os.makedirs(folder)
    process = subprocess.Popen(command)
    new, kept, last = os.path.join(folder, 'new'), 0, None
    while process.poll() is None:
        try:
            os.link(path, new)
        except FileNotFoundError:
            continue
        # The name keeps the file, so its number is no other file's meanwhile.
        number = os.stat(new).st_ino
        if number == last:
            os.unlink(new)
        else:
            kept, last = kept + 1, number
            os.rename(new, os.path.join(folder, '%04d.h5' % kept))
    return process.returncode


if __name__ == '__main__':
    sys.exit(keep(sys.argv[1], sys.argv[2], sys.argv[3:]))
