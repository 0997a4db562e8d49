/*
 * Stands between SQLite and the kernel (LD_PRELOAD): lets the Nth call that changes a buffer's file fail. Counts only
 * calls on files whose name holds "buffer.db", so that the run time of .NET goes on undisturbed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { NO_SPACE = 1, IO_ERROR = 2, TORN = 3, TORN_AND_KILLED = 4 };

static atomic_long calls;
static atomic_long fail_from;
static atomic_long fail_until;
static atomic_int kind;

/* The calls from the first one given, as many as count, fail; counting starts again. 0 lets everything pass. */
void fault_arm(long first, long count, int what)
{
    kind = what;
    fail_until = first + count;
    fail_from = first;
    calls = 0;
}

/* Calls counted since fault_arm. */
long fault_calls(void)
{
    return calls;
}

__attribute__((constructor)) static void arm_from_environment(void)
{
    const char *at = getenv("FAULT_AT");
    if (at)
    {
        fault_arm(atol(at), 1, atoi(getenv("FAULT_KIND")));
    }
}

static int fails(int fd)
{
    char link[64], name[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0)
    {
        return 0;
    }
    name[length] = 0;
    if (!strstr(name, "buffer.db"))
    {
        return 0;
    }
    long call = ++calls;
    return fail_from > 0 && call >= fail_from && call < fail_until;
}

static int refuse(void)
{
    errno = kind == NO_SPACE ? ENOSPC : EIO;
    return -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset)
{
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real)
    {
        real = dlsym(RTLD_NEXT, "pwrite64");
    }
    if (!fails(fd))
    {
        return real(fd, bytes, count, offset);
    }
    if (kind == TORN || kind == TORN_AND_KILLED)
    {
        real(fd, bytes, count / 2, offset);
        if (kind == TORN_AND_KILLED)
        {
            kill(getpid(), SIGKILL);
        }
    }
    return refuse();
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
    return pwrite64(fd, bytes, count, offset);
}

#define SEAM(name, parameters, arguments)               \
    int name parameters                                 \
    {                                                   \
        static int (*real) parameters;                  \
        if (!real)                                      \
        {                                               \
            real = dlsym(RTLD_NEXT, #name);             \
        }                                               \
        if (!fails(fd))                                 \
        {                                               \
            return real arguments;                      \
        }                                               \
        if (kind == TORN_AND_KILLED)                    \
        {                                               \
            kill(getpid(), SIGKILL);                    \
        }                                               \
        return refuse();                                \
    }

SEAM(fsync, (int fd), (fd))
SEAM(fdatasync, (int fd), (fd))
SEAM(ftruncate64, (int fd, off64_t length), (fd, length))
SEAM(ftruncate, (int fd, off_t length), (fd, length))
