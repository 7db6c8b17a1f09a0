#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and keeps every checkpoint that it writes: keep_checkpoints.py PATH FOLDER COMMAND...

The command replaces its checkpoint by renaming a new file. A hard link to each file therefore keeps every version:
FOLDER/0001.h5 and so on. The exit code is that of the command."""
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
        # The link keeps the file alive, so the file system cannot reuse its inode number.
        number = os.stat(new).st_ino
        if number == last:
            os.unlink(new)
        else:
            kept, last = kept + 1, number
            os.rename(new, os.path.join(folder, '%04d.h5' % kept))
    return process.returncode


if __name__ == '__main__':
    sys.exit(keep(sys.argv[1], sys.argv[2], sys.argv[3:]))
