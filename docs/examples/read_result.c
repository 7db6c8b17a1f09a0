/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_result.c - reads the settlement from the results.h5 of a result folder and adds up what is
 * due. It requires HDF5 and not the ihp library: a table is a group, a column is a dataset.
 *
 *   cc -std=c11 read_result.c -o read_result $(pkg-config --cflags --libs hdf5-openmpi ompi-c)
 *   ./read_result result/results.h5 */
#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>

/* Reads a column of doubles. Returns how many there are, or -1; the caller frees `*value`. */
static hssize_t read_column(hid_t file, const char *path, double **value)
{
    hssize_t count = -1;
    hid_t column = H5Dopen2(file, path, H5P_DEFAULT);
    if (column < 0) {
        return -1;
    }
    hid_t space = H5Dget_space(column);
    hssize_t rows = H5Sget_simple_extent_npoints(space);
    *value = rows > 0 ? calloc((size_t)rows, sizeof **value) : NULL;
    if (*value != NULL &&
        H5Dread(column, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *value) >= 0) {
        count = rows;
    }
    H5Sclose(space);
    H5Dclose(column);
    return count;
}

int main(int argc, char **argv)
{
    const char *path = argc == 2 ? argv[1] : "results.h5";
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    double *due = NULL;
    hssize_t rows = file < 0 ? -1 : read_column(file, "settlement/amount_due", &due);
    if (rows < 0) {
        fprintf(stderr, "%s: no settlement can be read from it\n", path);
    } else {
        double total = 0;
        for (hssize_t i = 0; i < rows; i++) {
            total += due[i];
        }
        printf("%lld IHPs, amount due in all: %.2f\n", (long long)rows, total);
    }
    free(due);
    if (file >= 0) {
        H5Fclose(file);
    }
    return rows < 0;
}
