/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view_fact.h - a member under one view, as small as a bootstrap needs it. */
#ifndef IHP_ENGINE_VIEW_FACT_H
#define IHP_ENGINE_VIEW_FACT_H

#include <stdbool.h>
#include <stdint.h>

struct ihp__view_fact {
    int64_t cost; /* uncapped, cents */
    uint16_t acg;
    int16_t partnership; /* -1: not attributed */
    uint8_t months;      /* qualifying */
    bool enough;         /* enrolled long enough: in the eligible population [13.3.2] */
    bool weighs;         /* in the population of which risk weights are computed [16.4.1.2] */
};

#endif
