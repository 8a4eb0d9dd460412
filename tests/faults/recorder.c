/* Records what processes do to the files under a folder, for the power-loss test (LD_PRELOAD).
 *
 * RECORD_UNDER names the folder, RECORD_TO the log. Each record is appended by one writev, so that
 * several processes may share the log: a header, the path, the bytes written. A record is written
 * after the call it tells of has returned, so what the log says is synced was synced.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 65536
struct head { uint32_t kind, path, size, pad; uint64_t at; };
enum { WRITE = 1, SYNC = 2, TRUNCATE = 3, UNLINK = 4, RENAME = 5, OPEN = 6, FAILED = 8 };

static char *paths[MOST];
static int log_fd = -1;
static const char *under;

__attribute__((constructor)) static void begin(void) {
    const char *to = getenv("RECORD_TO");
    under = getenv("RECORD_UNDER");
    if (to && under) log_fd = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log_fd >= 0) {  /* out of the way of those who count on low numbers */
        int high = fcntl(log_fd, F_DUPFD_CLOEXEC, 900);
        if (high >= 0) { syscall(SYS_close, log_fd); log_fd = high; }
    }
}

static void note(int kind, const char *path, uint64_t at, const void *bytes, size_t size) {
    int kept = errno;
    struct head head = {kind, strlen(path), size, 0, at};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)path, head.path}, {(void *)bytes, size}};
    if (log_fd >= 0) syscall(SYS_writev, log_fd, parts, size ? 3 : 2);
    errno = kept;
}

static const char *path_of(int fd) { return fd >= 0 && fd < MOST ? paths[fd] : NULL; }
static int is_ours(const char *path) { return log_fd >= 0 && under && !strncmp(path, under, strlen(under)); }

static void opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= MOST) return;
    free(paths[fd]);
    paths[fd] = is_ours(path) ? strdup(path) : NULL;
    if (paths[fd] && flags & O_CREAT) note(OPEN, path, 0, NULL, 0);
    if (paths[fd] && flags & O_TRUNC) note(TRUNCATE, path, 0, NULL, 0);
}

#define REAL(type, name) static type (*real)() ; if (!real) real = dlsym(RTLD_NEXT, name)
#define OPENS(name)                                                              \
    int name(const char *path, int flags, ...) {                                 \
        va_list more; va_start(more, flags); int mode = va_arg(more, int); va_end(more); \
        int fd = syscall(SYS_openat, AT_FDCWD, path, flags, mode);               \
        opened(fd, path, flags);                                                 \
        return fd;                                                               \
    }
OPENS(open)
OPENS(open64)

/* Called by a disk that told EIO in the place of a sync. */
void record_failed_sync(int fd) { if (path_of(fd)) note(FAILED, paths[fd], 0, NULL, 0); }

int close(int fd) {
    REAL(int, "close");
    if (path_of(fd)) { free(paths[fd]); paths[fd] = NULL; }
    return real(fd);
}

#define PWRITES(name)                                                            \
    ssize_t name(int fd, const void *bytes, size_t size, off_t at) {             \
        ssize_t done = syscall(SYS_pwrite64, fd, bytes, size, at);               \
        if (done > 0 && path_of(fd)) note(WRITE, paths[fd], at, bytes, done);    \
        return done;                                                             \
    }
PWRITES(pwrite)
PWRITES(pwrite64)

ssize_t write(int fd, const void *bytes, size_t size) {
    off_t at = path_of(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = syscall(SYS_write, fd, bytes, size);
    if (done > 0 && path_of(fd)) note(WRITE, paths[fd], at, bytes, done);
    return done;
}

#define SYNCS(name, number)                                                      \
    int name(int fd) {                                                           \
        int done = syscall(number, fd);                                          \
        if (done == 0 && path_of(fd)) note(SYNC, paths[fd], 0, NULL, 0);         \
        return done;                                                             \
    }
SYNCS(fsync, SYS_fsync)
SYNCS(fdatasync, SYS_fdatasync)

#define TRUNCATES(name)                                                          \
    int name(int fd, off_t size) {                                               \
        int done = syscall(SYS_ftruncate, fd, size);                             \
        if (done == 0 && path_of(fd)) note(TRUNCATE, paths[fd], size, NULL, 0);  \
        return done;                                                             \
    }
TRUNCATES(ftruncate)
TRUNCATES(ftruncate64)

int unlink(const char *path) {
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0 && is_ours(path)) note(UNLINK, path, 0, NULL, 0);
    return done;
}

int rename(const char *from, const char *to) {
    int done = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (done == 0 && is_ours(to)) note(RENAME, from, 0, to, strlen(to));
    return done;
}
