/* Counts the writes to files under one folder, and makes the nth of them the last one, or fail.

   Loaded with LD_PRELOAD. What a library has on disk changes only by these calls, so stopping
   before each of them in turn stops in every state that a crash can leave behind. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, FAIL_ONCE, FAIL_ON };

static char folder[4096];
static volatile long nth, seen;
static volatile int how, error;

void faults_arm(const char *under, long at, int what, int number)
{
    strncpy(folder, under, sizeof folder - 1);
    nth = at;
    how = what;
    error = number;
    __atomic_store_n(&seen, 0, __ATOMIC_SEQ_CST);
}

long faults_seen(void)
{
    return __atomic_load_n(&seen, __ATOMIC_SEQ_CST);
}

/* Whether this call fails, with errno set. It does not come back where the process is to die. */
static int struck(const char *path)
{
    if (!folder[0] || strncmp(path, folder, strlen(folder)) != 0)
        return 0;
    long at = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    if (how == KILL && at == nth)
        kill(getpid(), SIGKILL);
    if ((how == FAIL_ONCE && at == nth) || (how == FAIL_ON && at >= nth)) {
        errno = error;
        return 1;
    }
    return 0;
}

static int struck_at(int fd)
{
    char link[64], path[4096];
    if (!folder[0])
        return 0;
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0)
        return 0;
    path[length] = 0;
    return struck(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *data, size_t size)
{
    return struck_at(fd) ? -1 : REAL(write)(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return struck_at(fd) ? -1 : REAL(writev)(fd, parts, count);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return struck_at(fd) ? -1 : REAL(pwrite)(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    return struck_at(fd) ? -1 : REAL(pwrite64)(fd, data, size, at);
}

int fsync(int fd)
{
    return struck_at(fd) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    return struck_at(fd) ? -1 : REAL(fdatasync)(fd);
}

int ftruncate(int fd, off_t size)
{
    return struck_at(fd) ? -1 : REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return struck_at(fd) ? -1 : REAL(ftruncate64)(fd, size);
}

int unlink(const char *path)
{
    return struck(path) ? -1 : REAL(unlink)(path);
}
