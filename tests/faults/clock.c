/* A wall clock that jumps when it is told to, for the tests of stepped clocks (LD_PRELOAD).
 *
 * CLOCK_SAYS names a file that holds the nanoseconds by which the wall clock is off. The clocks that
 * nobody can set (monotonic, since boot) go on as on a real machine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL

static const char *says;

__attribute__((constructor)) static void begin(void) { says = getenv("CLOCK_SAYS"); }

static long long off(void) {
    char text[32] = {0};
    int fd = says ? syscall(SYS_openat, AT_FDCWD, says, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return 0;
    syscall(SYS_read, fd, text, sizeof text - 1);
    syscall(SYS_close, fd);
    return atoll(text);
}

static int is_wall(clockid_t which) {
    return which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE || which == CLOCK_TAI;
}

int clock_gettime(clockid_t which, struct timespec *found) {
    int done = syscall(SYS_clock_gettime, which, found);
    if (!done && is_wall(which)) {
        long long all = found->tv_sec * SECOND + found->tv_nsec + off();
        found->tv_sec = all / SECOND;
        found->tv_nsec = all % SECOND;
    }
    return done;
}

int gettimeofday(struct timeval *found, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    found->tv_sec = now.tv_sec;
    found->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *found) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (found) *found = now.tv_sec;
    return now.tv_sec;
}
