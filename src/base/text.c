/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of UTF-8 without control characters. */
#include "base/text.h"

/* Returns the bytes of the UTF-8 character with which `left` bytes begin; 0 if it is not valid. */
static size_t utf8_bytes(const unsigned char *text, size_t left)
{
    if (text[0] < 0x80) {
        return 1;
    }
    size_t more = text[0] >= 0xc2 && text[0] <= 0xdf   ? 1
                  : text[0] >= 0xe0 && text[0] <= 0xef ? 2
                  : text[0] >= 0xf0 && text[0] <= 0xf4 ? 3
                                                       : 0;
    if (more == 0 || more >= left) {
        return 0;
    }
    for (size_t i = 1; i <= more; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool too_long = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool surrogate = text[0] == 0xed && text[1] > 0x9f;
    bool too_high = text[0] == 0xf4 && text[1] > 0x8f;
    return too_long || surrogate || too_high ? 0 : more + 1;
}

const char *ihp__text_problem(const char *text, size_t length)
{
    const unsigned char *c = (const unsigned char *)text;
    for (size_t at = 0; at < length;) {
        size_t bytes = utf8_bytes(c + at, length - at);
        if (bytes == 0) {
            return "is not UTF-8 text";
        }
        if (c[at] < ' ' || c[at] == 0x7f || (c[at] == 0xc2 && c[at + 1] < 0xa0)) {
            return "has control characters";
        }
        at += bytes;
    }
    return NULL;
}

bool ihp__text_is_formula(const char *text)
{
    return text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@';
}

bool ihp__text_is_utf8(const char *text, size_t length)
{
    const unsigned char *c = (const unsigned char *)text;
    for (size_t at = 0, bytes; at < length; at += bytes) {
        bytes = utf8_bytes(c + at, length - at);
        if (bytes == 0) {
            return false;
        }
    }
    return true;
}
