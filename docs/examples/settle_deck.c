/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settle_deck.c - settles a run deck in memory and prints what is due, without a result folder.
 *
 *   cc -std=c11 settle_deck.c -o settle_deck $(pkg-config --cflags --libs ihp)
 *   mpirun -n 2 ./settle_deck deck.yaml
 *
 * Every rank takes its share of the members, and every rank receives the same settlement. */
#include <ihp/ihp.h>

#include <stdio.h>

static void print_settlement(const struct ihp_settlement *settlement)
{
    printf("%s settlement of %d against base year %d\n", settlement->is_final ? "Final" : "Interim",
           settlement->performance_year, settlement->base_year);
    for (size_t i = 0; i < settlement->rows; i++) {
        const struct ihp_settlement_row *row = &settlement->row[i];
        printf("%-12s ratio %.4f  %-16s due %14.2f\n", row->ihp_id, row->ratio, row->outcome,
               (double)row->amount_due_cents / 100);
    }
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);

    struct ihp_settlement *settlement = NULL;
    struct ihp_notices notices = {0};
    struct ihp_error error = {0};
    const struct ihp_settle_options options = {.deck_path = argc == 2 ? argv[1] : "deck.yaml"};
    enum ihp_status status =
        ihp_settle_in_memory(&options, MPI_COMM_WORLD, &settlement, &notices, &error);
    if (rank == 0 && status == IHP_OK) {
        print_settlement(settlement);
    } else if (rank == 0) {
        fprintf(stderr, "%s: %s\n", ihp_status_text(status), error.text);
    }
    ihp_settlement_free(&settlement);
    ihp_notices_clear(&notices);
    MPI_Finalize();
    return (int)status;
}
