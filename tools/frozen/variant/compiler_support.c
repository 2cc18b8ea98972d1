// What compilers expect of their own library, and Debian's i386 tcc has not.
unsigned int __popcountsi2(unsigned int bits);

unsigned int __popcountsi2(unsigned int bits) {
    unsigned int count = 0;
    for (; bits; bits &= bits - 1) {
        count += 1;
    }
    return count;
}
