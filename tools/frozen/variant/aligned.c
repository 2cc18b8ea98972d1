// Calls of mbedTLS with an aligned stack, for a compiler that has none: see tcc.h. Takes up to 12 words of arguments.
#ifdef __TINYC__

#define ALIGNED(name) \
    __asm__( \
        ".text\n" \
        ".globl aligned_" name "\n" \
        "aligned_" name ":\n" \
        "pushl %ebp\n" \
        "movl %esp, %ebp\n" \
        "pushl %esi\n" \
        "pushl %edi\n" \
        "subl $64, %esp\n" \
        "andl $-16, %esp\n" \
        "leal 8(%ebp), %esi\n" \
        "movl %esp, %edi\n" \
        "movl $12, %ecx\n" \
        "cld\n" \
        "rep\n" \
        "movsl\n" \
        "call " name "\n" \
        "leal -8(%ebp), %esp\n" \
        "popl %edi\n" \
        "popl %esi\n" \
        "popl %ebp\n" \
        "ret\n" \
        )

ALIGNED("mbedtls_aes_crypt_cbc");
ALIGNED("mbedtls_aes_crypt_ecb");
ALIGNED("mbedtls_aes_setkey_dec");
ALIGNED("mbedtls_aes_setkey_enc");
ALIGNED("mbedtls_ctr_drbg_random");
ALIGNED("mbedtls_ctr_drbg_seed");
ALIGNED("mbedtls_pk_parse_key");
ALIGNED("mbedtls_ssl_handshake");
ALIGNED("mbedtls_ssl_read");
ALIGNED("mbedtls_ssl_send_alert_message");
ALIGNED("mbedtls_ssl_write");

#endif
