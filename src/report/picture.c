/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures: rows of boxes, and the script with which gnuplot draws them. */
#include "report/picture.h"

#include "base/array.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void ihp__picture_row(struct ihp__picture *p, const char *label)
{
    char *copy = strdup(label);
    if (copy == NULL ||
        !ihp__array_reserve(&p->label, &p->row_capacity, p->rows + 1, sizeof *p->label)) {
        free(copy);
        p->short_of_memory = true;
        return;
    }
    p->label[p->rows++] = copy;
}

void ihp__picture_box(struct ihp__picture *p, double from, double to, double height,
                      enum ihp__color color)
{
    if (!isfinite(from) || !isfinite(to) || p->rows == 0) {
        return;
    }
    if (!ihp__array_reserve(&p->box, &p->box_capacity, p->boxes + 1, sizeof *p->box)) {
        p->short_of_memory = true;
        return;
    }
    p->box[p->boxes++] = (struct ihp__box){p->rows - 1, from, to, height, color};
}

void ihp__picture_free(struct ihp__picture *p)
{
    for (size_t r = 0; r < p->rows; r++) {
        free(p->label[r]);
    }
    free(p->label);
    free(p->box);
    for (int form = 0; form < IHP__PICTURE_FORMS; form++) {
        free(p->svg[form]);
    }
    *p = (struct ihp__picture){0};
}

/* ---- the script ------------------------------------------------------------------------------ */

/* The range of the axis, and the unit of its numbers. */
struct axis {
    double from, to, unit;
    const char *words; /* of the unit */
};

static struct axis find_axis(const struct ihp__picture *p)
{
    struct axis a = {p->line, p->line, 1, ""};
    for (size_t b = 0; b < p->boxes; b++) {
        a.from = fmin(a.from, fmin(p->box[b].from, p->box[b].to));
        a.to = fmax(a.to, fmax(p->box[b].from, p->box[b].to));
    }
    if (p->band[0] < p->band[1]) {
        a.from = fmin(a.from, p->band[0]);
        a.to = fmax(a.to, p->band[1]);
    }
    double most = fmax(fabs(a.from), fabs(a.to));
    if (p->dollars && most >= 2e6) {
        a.unit = 1e6;
        a.words = ", million dollars";
    } else if (p->dollars && most >= 2e3) {
        a.unit = 1e3;
        a.words = ", thousand dollars";
    } else if (p->dollars) {
        a.words = ", dollars";
    }
    double margin = (a.to - a.from) * 0.03;
    margin = margin > 0 ? margin : fmax(most, 1) * 0.03;
    a.from = (a.from - margin) / a.unit;
    a.to = (a.to + margin) / a.unit;
    return a;
}

/* Returns a step of 1, 2 or 5 times a power of 10, of which the axis has at most `most`. */
static double find_step(const struct axis *a, int most)
{
    static const double steps[] = {1, 2, 5, 10};
    double least = (a->to - a->from) / most, power = pow(10, floor(log10(least)));
    size_t i = 0;
    while (i < 3 && steps[i] * power < least) {
        i++;
    }
    return steps[i] * power;
}

/* A color as gnuplot writes it: red 1, green 0, and its number. svg.c knows it again. */
static const char *color_text(enum ihp__color color, char text[16])
{
    snprintf(text, 16, "#0100%02x", (unsigned)color);
    return text;
}

static void put_labels(FILE *out, const struct ihp__picture *p, int form)
{
    char ink[16];
    color_text(IHP__COLOR_INK, ink);
    if (form == IHP__PICTURE_WIDE) {
        fputs("set ytics scale 0 (", out);
        for (size_t r = 0; r < p->rows; r++) {
            fprintf(out, "%s'@%zu@' %zu", r == 0 ? "" : ", ", r, r + 1);
        }
        fprintf(out, ") tc rgb '%s'\n", ink);
    } else {
        fputs("unset ytics\n", out);
        for (size_t r = 0; r < p->rows; r++) {
            fprintf(out, "set label '@%zu@' at graph 0.01, first %.2f left tc rgb '%s'\n", r,
                    (double)r + 0.68, ink);
        }
    }
}

static void put_frame(FILE *out, const struct ihp__picture *p, const struct axis *a, int form)
{
    char ink[16], line[16], band[16];
    bool wide = form == IHP__PICTURE_WIDE;
    size_t height = p->rows * (wide ? 24 : 40) + 78;
    color_text(IHP__COLOR_INK, ink);
    color_text(IHP__COLOR_LINE, line);
    color_text(IHP__COLOR_BAND, band);
    fprintf(out,
            "reset\nset terminal svg size %d,%zu dynamic noenhanced font 'sans-serif,13'\n"
            "set key off\nset border 1 lc rgb '%s'\nset lmargin at screen %s\n"
            "set rmargin at screen 0.97\nset tmargin at screen %.5f\nset bmargin at screen %.5f\n"
            "set yrange [%.1f:0.4]\nset xrange [%.10g:%.10g]\n"
            "set xtics nomirror scale 0.5 %.10g tc rgb '%s'\nset grid xtics lt 1 lc rgb '%s'\n"
            "set xlabel '%s%s' tc rgb '%s'\nset style fill solid 1.0 noborder\n",
            wide ? 900 : 360, height, ink, wide ? "0.24" : "0.03", 1 - 8.0 / (double)height,
            63.0 / (double)height, (double)p->rows + 0.6, a->from, a->to,
            find_step(a, wide ? 8 : 4), ink, line, p->axis, a->words, ink);
    if (p->band[0] < p->band[1]) {
        fprintf(out,
                "set object rectangle from %.10g,graph 0 to %.10g,graph 1 behind fc rgb '%s' fs "
                "solid 1.0 noborder\n",
                p->band[0] / a->unit, p->band[1] / a->unit, band);
    }
    fprintf(out, "set arrow from %.10g,graph 0 to %.10g,graph 1 nohead lt 1 lc rgb '%s'\n",
            p->line / a->unit, p->line / a->unit, ink);
}

void ihp__picture_script(FILE *out, const struct ihp__picture *p, int form)
{
    const struct axis a = find_axis(p);
    double line = (a.to - a.from) * (form == IHP__PICTURE_WIDE ? 0.004 : 0.009);
    double shift = form == IHP__PICTURE_WIDE ? 0 : 0.15;
    put_frame(out, p, &a, form);
    put_labels(out, p, form);
    fputs("$d << EOD\n", out);
    for (size_t b = 0; b < p->boxes; b++) {
        const struct ihp__box *box = &p->box[b];
        double from = fmin(box->from, box->to) / a.unit, to = fmax(box->from, box->to) / a.unit;
        double middle = (double)box->row + 1 + shift;
        double half = box->height * (form == IHP__PICTURE_WIDE ? 0.5 : 0.3);
        if (to - from < line) {
            double center = (from + to) / 2;
            from = center - line / 2;
            to = center + line / 2;
        }
        fprintf(out, "%.10g %.10g %.4f %.4f %d\n", from, to, middle - half, middle + half,
                0x010000 + (int)box->color);
    }
    fputs("EOD\nplot $d using (($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror lc rgb variable\n",
          out);
}
