/* SPDX-License-Identifier: Apache-2.0
 *
 * replay.c -- a main for fuzz targets that runs files through them, with any compiler.
 *
 * So every seed and every old crash is an ordinary test, and a target that no longer compiles is
 * noticed at once.
 *
 *  (1) Arguments are files and directories; a directory means the files in it, in name order.
 *  (2) The target gets a copy that is exactly as long as the file, so AddressSanitizer sees a read
 *      past its end.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static uint8_t *read_all(const char *path, size_t n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    uint8_t *bytes = malloc(n);
    if (bytes && fread(bytes, 1, n, f) != n) {
        free(bytes);
        bytes = NULL;
    }
    fclose(f);
    return bytes;
}

static bool replay_file(const char *path, size_t n)
{
    if (n == 0) {
        LLVMFuzzerTestOneInput(NULL, 0);
        return true;
    }
    uint8_t *bytes = read_all(path, n);
    if (!bytes)
        return false;
    LLVMFuzzerTestOneInput(bytes, n);
    free(bytes);
    return true;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool replay(const char *path);

static bool replay_entry(const char *directory, const char *name)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", directory, name);
    return n > 0 && (size_t)n < sizeof path && replay(path);
}

static bool replay_directory(const char *path)
{
    struct dirent **entry;
    int n = scandir(path, &entry, is_visible, alphasort);
    bool ok = n >= 0;
    for (int i = 0; i < n; i++) {
        ok = replay_entry(path, entry[i]->d_name) && ok;
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    return ok;
}

static bool replay(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        perror(path);
        return false;
    }
    if (S_ISDIR(st.st_mode))
        return replay_directory(path);
    /* Named before it runs: a crash says which file it was. */
    fprintf(stderr, "replay %s\n", path);
    return replay_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    bool ok = true;
    for (int i = 1; i < argc; i++)
        ok = replay(argv[i]) && ok;
    return ok ? 0 : 1;
}
