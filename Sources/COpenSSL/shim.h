#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H
#include <stdbool.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

// What OpenSSL has as macros or as unions, which Swift does not see.

/// The subjectAltName of a certificate, to be freed by `sip_names_free`; NULL if it has none. `count` is -2 for more than
/// one, and -1 for one that is none or that cannot be read.
static inline GENERAL_NAMES *sip_names(X509 *certificate, int *count) {
    int critical = 0;
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, NULL);
    *count = names ? sk_GENERAL_NAME_num(names) : critical == -1 ? 0 : critical == -2 ? -2 : -1;
    return names;
}

static inline void sip_names_free(GENERAL_NAMES *names) { GENERAL_NAMES_free(names); }

/// One of its names: the kind (GEN_URI, GEN_DNS, GEN_IPADD, or -1 for others) and its octets.
static inline int sip_name(const GENERAL_NAMES *names, int index, const unsigned char **octets, int *count) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    const ASN1_STRING *value = NULL;
    if (!name) return -1;
    switch (name->type) {
    case GEN_URI: value = name->d.uniformResourceIdentifier; break;
    case GEN_DNS: value = name->d.dNSName; break;
    case GEN_IPADD: value = name->d.iPAddress; break;
    default: return -1;
    }
    if (!value) return -1;
    *octets = ASN1_STRING_get0_data(value);
    *count = ASN1_STRING_length(value);
    return name->type;
}

/// `2026-11-29 16:00:00 UTC`.
static inline int sip_time(const ASN1_TIME *time, char *text, size_t size) {
    struct tm parts;
    memset(&parts, 0, sizeof parts);
    if (!time || !ASN1_TIME_to_tm(time, &parts)) return 0;
    return strftime(text, size, "%Y-%m-%d %H:%M:%S UTC", &parts) > 0;
}

/// Seconds since 1970; -1 for a time that cannot be read.
static inline long long sip_seconds(const ASN1_TIME *time) {
    struct tm parts;
    memset(&parts, 0, sizeof parts);
    return time && ASN1_TIME_to_tm(time, &parts) ? (long long)timegm(&parts) : -1;
}

/// Whether the last error is that no further PEM block begins: the file is read to its end.
static inline bool sip_at_pem_end(void) {
    unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/// Checks a chain of certificates, the peer's own first, against trusted ones.
///
/// `purpose` is X509_PURPOSE_SSL_SERVER, or 0 for any. The answer is an error code of X509_verify_cert, and on an error the
/// certificate that it is about, to be freed.
static inline int sip_verify(
    X509_STORE *store, X509 *const *chain, int count, int purpose, X509 **about) {
    int code = X509_V_ERR_UNSPECIFIED;
    STACK_OF(X509) *others = sk_X509_new_null();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    *about = NULL;
    if (count > 0 && others && context) {
        int whole = 1;
        for (int i = 1; i < count; i++) whole = whole && sk_X509_push(others, chain[i]) > 0;
        if (whole && X509_STORE_CTX_init(context, store, chain[0], others) == 1) {
            X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(context);
            if (purpose) X509_STORE_CTX_set_purpose(context, purpose);
            X509_VERIFY_PARAM_set_depth(rules, 8);
            X509_VERIFY_PARAM_set_auth_level(rules, 2);
            int good = X509_verify_cert(context);
            code = good == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context);
            if (good != 1 && code == X509_V_OK) code = X509_V_ERR_UNSPECIFIED;
            if (good != 1) {
                *about = X509_STORE_CTX_get_current_cert(context);
                if (*about) X509_up_ref(*about);
            }
        }
    }
    X509_STORE_CTX_free(context);
    sk_X509_free(others);
    ERR_clear_error();
    return code;
}

#endif
