// Maps a ROM file system image into memory, outside the heap: vfs.rom_ioctl(2, path) is a memoryview of it.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extmod/vfs.h"
#include "py/mperrno.h"
#include "py/objarray.h"
#include "py/runtime.h"

mp_obj_t mp_vfs_rom_ioctl(size_t n_args, const mp_obj_t *args) {
    if (n_args < 2 || mp_obj_get_int(args[0]) != MP_VFS_ROM_IOCTL_GET_SEGMENT) {
        return MP_OBJ_NEW_SMALL_INT(-MP_EINVAL);
    }
    struct stat found;
    int fd = open(mp_obj_str_get_str(args[1]), O_RDONLY);
    if (fd < 0 || fstat(fd, &found) < 0) {
        mp_raise_OSError(errno);
    }
    void *image = mmap(NULL, found.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (image == MAP_FAILED) {
        mp_raise_OSError(errno);
    }
    close(fd);
    return mp_obj_new_memoryview('B', found.st_size, image);
}
