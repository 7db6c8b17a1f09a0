/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a picture of gnuplot into a page: with the page's colors, without ids, definitions and
 * background, and with the labels in place of their marks. */
#include "report/html.h"
#include "report/picture.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const variables[IHP__COLORS] = {
    [IHP__COLOR_INK] = "--ink",   [IHP__COLOR_LINE] = "--line", [IHP__COLOR_BAND] = "--shade",
    [IHP__COLOR_GOOD] = "--good", [IHP__COLOR_BAD] = "--bad",   [IHP__COLOR_EVEN] = "--even",
    [IHP__COLOR_MARK] = "--mark"};

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

/* Writes a color of ours, rgb(1, 0, number), as a variable. Returns the bytes that were read; 0:
 * another color. */
static size_t put_color(FILE *out, const char *c)
{
    long part[3];
    char *at = (char *)(uintptr_t)c + 4; /* behind "rgb(" */
    for (int i = 0; i < 3; i++) {
        part[i] = strtol(at, &at, 10);
        at += *at == ',' || *at == ')';
    }
    if (part[0] != 1 || part[1] != 0 || part[2] < 0 || part[2] >= IHP__COLORS) {
        return 0;
    }
    fprintf(out, "var(%s)", variables[part[2]]);
    return (size_t)(at - c);
}

enum { LABEL_WIDTH = 208 }; /* room beside a picture, in its units */

/* Returns about how wide the character of UTF-8 is whose first byte is `c`; 0 for its other bytes.
 */
static int width_of(unsigned char c)
{
    bool rest = (c & 0xc0) == 0x80;
    return rest ? 0 : isupper(c) || c >= 0x80 ? 10 : islower(c) || ispunct(c) ? 7 : 8;
}

/* Writes a label. A long one keeps its beginning and its end, which tell IHPs apart. */
static void put_text(FILE *out, const char *text)
{
    enum { DOTS = 12 };
    size_t length = strlen(text), head = 0, tail = length;
    int width = 0, left = 0, right = 0;
    char cut[LABEL_WIDTH];
    for (size_t i = 0; i < length; i++) {
        width += width_of((unsigned char)text[i]);
    }
    if (width <= LABEL_WIDTH) {
        ihp__html_text(out, text);
        return;
    }
    while (left + width_of((unsigned char)text[head]) <= (LABEL_WIDTH - DOTS) / 2) {
        left += width_of((unsigned char)text[head++]);
    }
    while (right + width_of((unsigned char)text[tail - 1]) <= (LABEL_WIDTH - DOTS) / 2) {
        right += width_of((unsigned char)text[--tail]);
    }
    while (tail < length && ((unsigned char)text[tail] & 0xc0) == 0x80) {
        tail++;
    }
    snprintf(cut, sizeof cut, "%.*s", (int)head, text);
    ihp__html_text(out, cut);
    fputs("...", out);
    ihp__html_text(out, text + tail);
}

/* Writes a label for its mark "@number@". Returns the bytes that were read; 0: no mark. */
static size_t put_label(FILE *out, const struct ihp__picture *p, const char *c)
{
    char *end;
    unsigned long row = strtoul(c + 1, &end, 10);
    if (!isdigit((unsigned char)c[1]) || *end != '@' || row >= p->rows) {
        return 0;
    }
    put_text(out, p->label[row]);
    return (size_t)(end + 1 - c);
}

/* Returns the bytes to leave out at `c`: definitions, titles, backgrounds, empty groups, ids. */
static size_t unwanted(const char *c)
{
    static const struct {
        const char *begin, *end;
    } pieces[] = {{"<defs>", "</defs>"},
                  {"<title>", "</title>"},
                  {"<desc>", "</desc>"},
                  {"<rect x=\"0\" y=\"0\"", "/>"},
                  {" id=\"", "\""},
                  {" color=\"", "\""},
                  {" stroke-linecap=\"", "\""},
                  {" stroke-linejoin=\"", "\""},
                  {" class=\"gridline\"", "\""}};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        if (begins(c, pieces[i].begin)) {
            bool quoted = i == sizeof pieces / sizeof pieces[0] - 1;
            const char *end = quoted ? c + strlen(pieces[i].begin)
                                     : strstr(c + strlen(pieces[i].begin), pieces[i].end);
            return end == NULL ? 0
                   : quoted    ? (size_t)(end - c)
                               : (size_t)(end - c) + strlen(pieces[i].end);
        }
    }
    if (begins(c, "<g ")) {
        const char *close = strchr(c, '>');
        const char *next = close == NULL ? NULL : close + 1 + strspn(close + 1, " \n\t");
        return next != NULL && begins(next, "</g>") ? (size_t)(next - c) + 4 : 0;
    }
    return 0;
}

/* Writes what follows the <svg> tag. */
static void put_body(FILE *out, const struct ihp__picture *p, const char *text)
{
    for (const char *c = text; *c != '\0';) {
        size_t read = unwanted(c);
        if (read == 0 && begins(c, "rgb(")) {
            read = put_color(out, c);
        } else if (read == 0 && *c == '@') {
            read = put_label(out, p, c);
        } else if (read == 0 && (*c == '\n' || *c == '\t')) {
            read = strspn(c, "\n\t");
            fputc(begins(c + read, "<") ? '\n' : ' ', out);
        }
        if (read == 0) {
            fputc(*c, out);
            read = 1;
        }
        c += read;
    }
}

void ihp__picture_put(FILE *out, const struct ihp__picture *p, const char *name)
{
    static const char *const classes[] = {"wide", "narrow"};
    for (int form = 0; form < IHP__PICTURE_FORMS; form++) {
        const char *box = p->svg[form] == NULL ? NULL : strstr(p->svg[form], "viewBox=\"");
        const char *body = box == NULL ? NULL : strchr(box, '>');
        if (body == NULL) {
            continue;
        }
        box += 9;
        fprintf(out, "<svg class=\"%s\" viewBox=\"%.*s\" role=\"img\" aria-label=\"", classes[form],
                (int)strcspn(box, "\""), box);
        ihp__html_text(out, name);
        fputs("\">", out);
        put_body(out, p, body + 1);
        fputc('\n', out);
    }
}
