// What Debian's i386 tcc lacks; included before all else.

#define __builtin_bswap32(x) \
    ((((x) & 0xff) << 24) | (((x) & 0xff00) << 8) | (((x) >> 8) & 0xff00) | (((x) >> 24) & 0xff))

// mbedTLS has AES in SSE, for which the stack must be aligned to 16 bytes, and tcc aligns to 4: variant/aligned.c.
#define mbedtls_aes_crypt_cbc           aligned_mbedtls_aes_crypt_cbc
#define mbedtls_aes_crypt_ecb           aligned_mbedtls_aes_crypt_ecb
#define mbedtls_aes_setkey_dec          aligned_mbedtls_aes_setkey_dec
#define mbedtls_aes_setkey_enc          aligned_mbedtls_aes_setkey_enc
#define mbedtls_ctr_drbg_random         aligned_mbedtls_ctr_drbg_random
#define mbedtls_ctr_drbg_seed           aligned_mbedtls_ctr_drbg_seed
#define mbedtls_pk_parse_key            aligned_mbedtls_pk_parse_key
#define mbedtls_ssl_handshake           aligned_mbedtls_ssl_handshake
#define mbedtls_ssl_read                aligned_mbedtls_ssl_read
#define mbedtls_ssl_send_alert_message  aligned_mbedtls_ssl_send_alert_message
#define mbedtls_ssl_write               aligned_mbedtls_ssl_write
