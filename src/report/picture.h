/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture.h - pictures of a report: rows of boxes on a common axis, drawn by gnuplot.
 *
 * A picture is filled (`ihp__picture_row`, `ihp__picture_box`), all pictures are drawn by one run
 * of gnuplot (`ihp__pictures_draw`), and each is written into the page twice, for wide and for
 * narrow windows (`ihp__picture_put`). Texts never reach gnuplot: it draws marks, which become the
 * escaped texts in the page. Nothing here is collective.
 */
#ifndef IHP_PICTURE_H
#define IHP_PICTURE_H

#include "base/base.h"

#include <stdio.h>

/* Colors, which are variables of the page's style. */
enum ihp__color {
    IHP__COLOR_INK,
    IHP__COLOR_LINE,
    IHP__COLOR_BAND,
    IHP__COLOR_GOOD,
    IHP__COLOR_BAD,
    IHP__COLOR_EVEN,
    IHP__COLOR_MARK,
    IHP__COLORS
};

/* A box in a row, as high as `height` of it. */
struct ihp__box {
    size_t row;
    double from, to; /* equal: a line */
    double height;   /* of 1 */
    enum ihp__color color;
};

enum { IHP__PICTURE_WIDE, IHP__PICTURE_NARROW, IHP__PICTURE_FORMS };

/* Begins with zeros but for the first line. All owned. */
struct ihp__picture {
    const char *axis; /* what the axis shows; of the program */
    bool dollars;     /* on the axis; otherwise a percentage or a number */
    double band[2];   /* a band of the axis; equal: none */
    double line;      /* a line across all rows */
    char **label;     /* [rows] */
    size_t rows, row_capacity;
    struct ihp__box *box;
    size_t boxes, box_capacity;
    bool short_of_memory;
    char *svg[IHP__PICTURE_FORMS]; /* as gnuplot draws it; NULL: not drawn */
};

/* Adds a row with a label, below the others. */
void ihp__picture_row(struct ihp__picture *picture, const char *label);

/* Adds a box to the last row; none if a number is not finite. */
void ihp__picture_box(struct ihp__picture *picture, double from, double to, double height,
                      enum ihp__color color);

/* Writes the script that draws a form of a picture. */
void ihp__picture_script(FILE *script, const struct ihp__picture *picture, int form);

/* Draws the pictures that have rows. If they cannot be drawn, they stay without `svg` and `reason`,
 * of `size` bytes, says why. Returns IHP_ERR_RUN when memory is short. */
enum ihp_status ihp__pictures_draw(struct ihp__picture *picture, size_t count, char *reason,
                                   size_t size, struct ihp_error *err);

/* Writes both forms of a picture as SVG; `name` is its name for screen readers. */
void ihp__picture_put(FILE *out, const struct ihp__picture *picture, const char *name);

void ihp__picture_free(struct ihp__picture *picture);

#endif
