/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program with files compiled as in a build without libxlsxwriter. */

int ihp_main(int argc, char **argv);

int main(int argc, char **argv)
{
    return ihp_main(argc, argv);
}
