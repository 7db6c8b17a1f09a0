/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_driver.h - how HDF5 gets at the bytes of a file: a driver that keeps the system's reasons.
 *
 * HDF5 cannot close a file when a write fails: the file stays half open, and HDF5 crashes then or
 * when the process ends. So with this driver no write fails for HDF5. The driver keeps the reason
 * of the first one that did, writes nothing more, and lets HDF5 finish; the caller asks for the
 * reason before it believes in the file. Reads that fail do fail for HDF5, and their reason is kept
 * as well. There are no locks, which many file systems do not have. Nothing here is collective.
 */
#ifndef IHP_STORE_HDF5_DRIVER_H
#define IHP_STORE_HDF5_DRIVER_H

#include <hdf5.h>

/* Makes a list of properties to open or create a file with this driver. The caller H5Pcloses it.
 * Returns a negative id on failure. */
hid_t ihp__h5_driver_access(void);

/* Returns the errno of the first write of an open file that failed, or 0. */
int ihp__h5_driver_unwritten(hid_t file);

/* Returns the same for the file that was closed last, whose closing writes, too. */
int ihp__h5_driver_closed(void);

/* From here on nothing of the file is written, and closing it cannot fail for that reason. */
void ihp__h5_driver_drop(hid_t file);

/* Returns the errno of the first call of the system that failed since this was last asked, whatever
 * the file was, or 0. */
int ihp__h5_driver_reason(void);

#endif
