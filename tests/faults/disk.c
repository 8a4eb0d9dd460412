/* A disk that fails when it is told to, for the tests of full and broken disks (LD_PRELOAD).
 *
 * DISK_UNDER is the path that it begins with: a folder, or one file. DISK_SAYS names a folder; what
 * lies in it is the state of the disk, the same for all processes:
 *   room         the bytes that there is room for in all: who would write more is told ENOSPC
 *   no-files     no new file can be made: ENOSPC, as without inodes
 *   write-fails  one write is told EIO; who is told takes the file away
 *   sync-fails   one sync is told EIO, likewise. A recorder that is loaded behind learns of it: a
 *                kernel may drop what could not be written and call it clean.
 *   tidying-fails  the same, of the one file itself: a database's log is moved into it then.
 * As Linux does, whoever else had the file open then is told of it, too, at their own next sync.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *under, *says;

__attribute__((constructor)) static void begin(void) {
    under = getenv("DISK_UNDER");
    says = getenv("DISK_SAYS");
}

static int is_ours(const char *path) { return under && says && !strncmp(path, under, strlen(under)); }

static int fd_is_ours(int fd) {
    char link[64], path[PATH_MAX];
    if (!under || !says) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return is_ours(path);
}

static const char *said(const char *name, char *path) {
    snprintf(path, PATH_MAX, "%s/%s", says, name);
    return path;
}

/* What is said once fails once, whoever comes first. */
static int fails_once(int fd, const char *name) {
    char path[PATH_MAX];
    return says && !access(said(name, path), F_OK) && fd_is_ours(fd) && !syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

static int fd_is_itself(int fd) {
    struct stat one, other;
    return says && !fstat(fd, &one) && !stat(under, &other) && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

static long long room(void) {
    char path[PATH_MAX], text[32] = {0};
    int fd = syscall(SYS_openat, AT_FDCWD, said("room", path), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return LLONG_MAX;
    ssize_t size = syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    return size > 0 ? atoll(text) : LLONG_MAX;
}

static long long used(const char *path) {
    struct stat found;
    if (lstat(path, &found)) return 0;
    if (!S_ISDIR(found.st_mode)) return found.st_size;
    long long sum = 0;
    DIR *folder = opendir(path);
    for (struct dirent *one; folder && (one = readdir(folder));) {
        char below[PATH_MAX];
        if (!strcmp(one->d_name, ".") || !strcmp(one->d_name, "..")) continue;
        snprintf(below, sizeof below, "%s/%s", path, one->d_name);
        sum += used(below);
    }
    if (folder) closedir(folder);
    return sum;
}

/* Say whether a file may grow to `end`. */
static int has_room(int fd, long long end) {
    struct stat found;
    int kept = errno, yes = 1;
    if (says && !fstat(fd, &found) && S_ISREG(found.st_mode) && end > found.st_size && fd_is_ours(fd)) {
        long long most = room();
        yes = most == LLONG_MAX || used(under) + end - found.st_size <= most;
    }
    errno = kept;
    return yes;
}

#define NEXT(type, name, ...) ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))
#define FAIL(code) do { errno = code; return -1; } while (0)

#define PWRITES(name)                                                            \
    ssize_t name(int fd, const void *bytes, size_t size, off_t at) {             \
        if (fails_once(fd, "write-fails")) FAIL(EIO);                            \
        if (!has_room(fd, at + size)) FAIL(ENOSPC);                              \
        return NEXT(ssize_t, #name, int, const void *, size_t, off_t)(fd, bytes, size, at); \
    }
PWRITES(pwrite)
PWRITES(pwrite64)

static long long end_of(int fd) {
    if (!says) return 0;
    if (fcntl(fd, F_GETFL) & O_APPEND) {
        struct stat found;
        return fstat(fd, &found) ? 0 : found.st_size;
    }
    return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (!has_room(fd, end_of(fd) + size)) FAIL(ENOSPC);
    return NEXT(ssize_t, "write", int, const void *, size_t)(fd, bytes, size);
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
    size_t size = 0;
    for (int one = 0; one < number; one++) size += parts[one].iov_len;
    if (!has_room(fd, end_of(fd) + size)) FAIL(ENOSPC);
    return NEXT(ssize_t, "writev", int, const struct iovec *, int)(fd, parts, number);
}

#define FALLOCATES(name)                                                         \
    int name(int fd, off_t at, off_t size) {                                     \
        if (!has_room(fd, at + size)) return ENOSPC;                             \
        return NEXT(int, #name, int, off_t, off_t)(fd, at, size);                \
    }
FALLOCATES(posix_fallocate)
FALLOCATES(posix_fallocate64)

/* How often a sync of a file has failed: the size of a file beside the folder. */
static long long failures(int fd, int more) {
    char path[PATH_MAX];
    struct stat found, counted;
    if (fstat(fd, &found)) return 0;
    snprintf(path, sizeof path, "%s-failed-%lu", says, (unsigned long)found.st_ino);
    if (more) {
        int counter = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        syscall(SYS_write, counter, ".", 1);
        syscall(SYS_close, counter);
    }
    return stat(path, &counted) ? 0 : counted.st_size;
}

/* How many failures whoever holds a file open has been told of. */
#define MOST_FILES 65536
static long long told[MOST_FILES];

static void opened(int fd) {
    if (says && fd >= 0 && fd < MOST_FILES) told[fd] = failures(fd, 0);
}

static int learns_of_failure(int fd) {
    if (!says || fd < 0 || fd >= MOST_FILES || !fd_is_ours(fd)) return 0;
    long long before = told[fd];
    told[fd] = failures(fd, 0);
    return told[fd] > before;
}

#define SYNCS(name)                                                              \
    int name(int fd) {                                                           \
        if (fails_once(fd, "sync-fails") || (fd_is_itself(fd) && fails_once(fd, "tidying-fails"))) { \
            void (*learns)(int) = dlsym(RTLD_DEFAULT, "record_failed_sync");     \
            failures(fd, 1);                                                     \
            if (learns) learns(fd);                                              \
            opened(fd);                                                          \
            FAIL(EIO);                                                           \
        }                                                                        \
        int is_told = learns_of_failure(fd), done = NEXT(int, #name, int)(fd);   \
        if (is_told) FAIL(EIO);                                                  \
        return done;                                                             \
    }
SYNCS(fsync)
SYNCS(fdatasync)

static int cannot_be_made(const char *path, int flags) {
    char named[PATH_MAX];
    return flags & O_CREAT && is_ours(path) && !access(said("no-files", named), F_OK) && access(path, F_OK);
}

#define OPENS(name)                                                              \
    int name(const char *path, int flags, ...) {                                 \
        va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more); \
        if (cannot_be_made(path, flags)) FAIL(ENOSPC);                           \
        int fd = NEXT(int, #name, const char *, int, ...)(path, flags, mode);    \
        if (is_ours(path)) opened(fd);                                           \
        return fd;                                                               \
    }
OPENS(open)
OPENS(open64)

#define STATS(name, type)                                                        \
    int name(const char *path, struct type *found) {                             \
        int done = NEXT(int, #name, const char *, struct type *)(path, found);   \
        if (!done && is_ours(path) && room() != LLONG_MAX) {                     \
            long long most = room(), taken = used(under);                        \
            found->f_frsize = found->f_bsize = 512;                              \
            found->f_blocks = most / 512;                                        \
            found->f_bavail = found->f_bfree = taken < most ? (most - taken) / 512 : 0; \
        }                                                                        \
        return done;                                                             \
    }
STATS(statvfs, statvfs)
STATS(statvfs64, statvfs64)
