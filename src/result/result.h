/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.h - every header of this room that jobs use, while they are moved to folders of their
 * own. */
#ifndef IHP_RESULT_H
#define IHP_RESULT_H

#include "result/bootstrap_tables.h"
#include "result/bridge_tables.h"
#include "result/folder.h"
#include "result/job_files.h"
#include "result/json.h"
#include "result/manifest.h"
#include "result/payment_tables.h"
#include "result/power_table.h"
#include "result/quality_tables.h"
#include "result/result_folder.h"
#include "result/run_status.h"
#include "result/scenario_tables.h"
#include "result/settlement_tables.h"

#endif
