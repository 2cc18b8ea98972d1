// What compilers expect of their own library, and Debian's i386 tcc has not.
unsigned int __popcountsi2(unsigned int bits);

unsigned int __popcountsi2(unsigned int bits) {
    unsigned int count = 0;
    for (; bits; bits &= bits - 1) {
        count += 1;
    }
    return count;
}

#ifdef __TINYC__

int __builtin_clzl(unsigned long bits) {
    int count = 32;
    for (; bits; bits >>= 1) {
        count -= 1;
    }
    return count;
}

#endif
