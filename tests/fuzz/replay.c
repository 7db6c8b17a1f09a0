/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target without libFuzzer:
 *
 *     fuzz_NAME [--runs N] [--seed N] [--seconds N] [--dictionary FILE] INPUT_OR_FOLDER...
 *
 * Takes every input once, then N mutations of them, which follow from the seed. With one input and
 * no --runs it repeats what that input does. An input that takes longer than --seconds (60) ends
 * the process. When an input ends it, the process says where that input is. */
#include "fuzz.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INPUTS_MAX = 1000, WORDS_MAX = 500, WORD_MAX = 64 };

static struct {
    char *bytes;
    size_t size;
    char name[FUZZ_PATH_MAX];
} input[INPUTS_MAX];
static size_t inputs;
static char word[WORDS_MAX][WORD_MAX];
static size_t words;
static uint64_t mutator; /* state of the generator that LLVMFuzzerMutate draws from */
static char report[FUZZ_PATH_MAX + 200];

/* ---- when an input ends the process ---------------------------------------------------------- */

/* The sanitizers call it before they end the process; without them there is no such function. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static void say_which(void)
{
    ssize_t written = write(STDERR_FILENO, report, strlen(report));
    report[0] = written < 0 ? '\0' : report[0];
}

static void on_signal(int number)
{
    say_which();
    signal(number, SIG_DFL);
    raise(number);
}

static void catch_signals(void)
{
    static const int fatal[] = {SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGSEGV};
    bool sanitized = __sanitizer_set_death_callback != NULL;
    if (sanitized) {
        __sanitizer_set_death_callback(say_which);
    }
    for (size_t i = 0; i < (sanitized ? 2 : sizeof fatal / sizeof fatal[0]); i++) {
        signal(fatal[i], on_signal);
    }
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static void add_input(const char *name, void *context)
{
    const char *folder = context;
    if (inputs == INPUTS_MAX) {
        fuzz_fail("more than %d inputs", INPUTS_MAX);
    }
    char *path = input[inputs].name;
    snprintf(path, FUZZ_PATH_MAX, "%s%s%s", folder == NULL ? "" : folder, folder == NULL ? "" : "/",
             name);
    input[inputs].bytes = fuzz_read(path, &input[inputs].size);
    inputs++;
}

static void read_inputs(char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        fuzz_each_file(path, add_input, path);
    } else {
        add_input(path, NULL);
    }
}

/* Reads a dictionary of libFuzzer: words in quotes, one a line, with \xHH, \\ and \". */
static void read_dictionary(const char *path)
{
    size_t size;
    char *bytes = fuzz_read(path, &size);
    for (char *line = strtok(bytes, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *from = strchr(line, '"'), *last = strrchr(line, '"');
        if (line[0] == '#' || from == last || words == WORDS_MAX) {
            continue;
        }
        size_t length = 0;
        for (from++; from < last && length + 1 < WORD_MAX; from++) {
            unsigned value = (unsigned char)*from;
            if (from[0] == '\\' && from[1] == 'x' && sscanf(from + 2, "%2x", &value) == 1) {
                from += 3;
            } else if (from[0] == '\\') {
                value = (unsigned char)*++from;
            }
            word[words][length++] = (char)value;
        }
        word[words++][length] = '\0';
    }
    free(bytes);
}

/* ---- mutations ------------------------------------------------------------------------------- */

/* Replaces `length` bytes from `at` on; returns the new size, or the old one if there is no room.
 */
static size_t replace(uint8_t *data, size_t size, size_t max_size, size_t at, size_t length,
                      const void *with, size_t width)
{
    if (size - length + width > max_size) {
        return size;
    }
    memmove(data + at + width, data + at + length, size - at - length);
    memcpy(data + at, with, width);
    return size - length + width;
}

static size_t mutate_once(uint8_t *data, size_t size, size_t max_size)
{
    static const char *const number[] = {"0",          "-1",    "1e308", "9223372036854775807",
                                         "4294967296", "0.005", "-0",    "99999999999999999999"};
    size_t at = size == 0 ? 0 : fuzz_below(&mutator, size), left = size - at;
    size_t length = left == 0 ? 0 : fuzz_below(&mutator, left < 16 ? left : 16) + 1;
    size_t other = fuzz_below(&mutator, inputs), there = input[other].size;
    size_t from = there == 0 ? 0 : fuzz_below(&mutator, there);
    const char *text = number[fuzz_below(&mutator, sizeof number / sizeof number[0])];
    uint8_t byte = (uint8_t)fuzz_random(&mutator), copy[16];
    switch (fuzz_below(&mutator, 9)) {
    case 0:
        return replace(data, size, max_size, at, length > 0, &byte, 1);
    case 1:
        return replace(data, size, max_size, at, 0, &byte, 1);
    case 2:
        return replace(data, size, max_size, at, length, "", 0);
    case 3:
        memcpy(copy, data + at, length);
        return replace(data, size, max_size, at, 0, copy, length);
    case 4:
        length = there - from < 40 ? there - from : 40;
        return replace(data, size, max_size, at, 0, input[other].bytes + from, length);
    case 5:
        return replace(data, size, max_size, at, length / 4, text, strlen(text));
    case 6:
        if (left > 0) {
            data[at] = (uint8_t)(data[at] ^ 1u << byte % 8);
        }
        return size;
    default:
        if (words > 0) {
            text = word[fuzz_below(&mutator, words)];
        }
        return replace(data, size, max_size, at, length / 2, text, strlen(text));
    }
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
    for (size_t left = fuzz_below(&mutator, 4) + 1; left > 0; left--) {
        size = mutate_once(data, size, max_size);
    }
    return size;
}

/* ---- running --------------------------------------------------------------------------------- */

static unsigned seconds = 60;

static void take(const uint8_t *data, size_t size, const char *what, uint64_t seed)
{
    char kept[100];
    snprintf(kept, sizeof kept, "%s.input", fuzz_target.name);
    fuzz_put(kept, data, size);
    snprintf(report, sizeof report, "%s: an input ended the process: %s, %s (seed %llu)\n",
             fuzz_target.name, fuzz_path(kept), what, (unsigned long long)seed);
    /* A copy of exact size, so that the address sanitizer sees a read beyond its end. */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL) {
        fuzz_fail("out of memory");
    }
    memcpy(exact, data, size);
    alarm(seconds);
    LLVMFuzzerTestOneInput(exact, size);
    alarm(0);
    free(exact);
}

static void take_mutations(long runs, uint64_t seed)
{
    static uint8_t data[FUZZ_INPUT_MAX];
    char what[40];
    for (long run = 1; run <= runs && inputs > 0; run++) {
        mutator = seed ^ (uint64_t)run << 32;
        size_t chosen = fuzz_below(&mutator, inputs);
        size_t size = input[chosen].size < sizeof data ? input[chosen].size : sizeof data;
        memcpy(data, input[chosen].bytes, size);
        size = LLVMFuzzerCustomMutator(data, size, sizeof data, (unsigned)fuzz_random(&mutator));
        snprintf(what, sizeof what, "mutation %ld", run);
        take(data, size, what, seed);
    }
}

int main(int argc, char **argv)
{
    long runs = 0;
    uint64_t seed = 1;
    catch_signals();
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strncmp(argv[i], "--", 2) != 0) {
            read_inputs(argv[i]);
            continue;
        }
        if (strcmp(argv[i], "--runs") == 0) {
            runs = strtol(value, NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            seed = strtoull(value, NULL, 10);
        } else if (strcmp(argv[i], "--seconds") == 0) {
            seconds = (unsigned)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--dictionary") == 0) {
            read_dictionary(value);
        } else {
            fuzz_fail("unknown option '%s'", argv[i]);
        }
        i++;
    }
    if (inputs == 0) {
        fuzz_fail("no inputs are given");
    }
    for (size_t i = 0; i < inputs; i++) {
        take((const uint8_t *)input[i].bytes, input[i].size, input[i].name, seed);
    }
    take_mutations(runs, seed);
    printf("%s: %zu inputs and %ld mutations of them with seed %llu: no errors\n", fuzz_target.name,
           inputs, runs, (unsigned long long)seed);
    for (size_t i = 0; i < inputs; i++) {
        free(input[i].bytes);
    }
    return 0;
}
