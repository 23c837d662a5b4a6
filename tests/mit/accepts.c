/* Accepts every token of a file once with MIT's GSS library and prints how many nanoseconds the accepts
   took. Usage: accepts TOKENS KEYTAB; a token stands behind its length in four octets, most significant
   first. The keys are in memory and there is no replay cache, so that no file is read while time counts. */

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void fail(const char *what, long code) {
    fprintf(stderr, "%s: %ld\n", what, code);
    exit(1);
}

static void keys_to_memory(const char *path) {
    krb5_context context;
    krb5_keytab file, memory;
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;
    long code = krb5_init_context(&context);
    if (code || (code = krb5_kt_resolve(context, path, &file)) ||
        (code = krb5_kt_resolve(context, "MEMORY:accepts", &memory)) ||
        (code = krb5_kt_start_seq_get(context, file, &cursor)))
        fail("key table", code);
    while (krb5_kt_next_entry(context, file, &entry, &cursor) == 0)
        if ((code = krb5_kt_add_entry(context, memory, &entry)))
            fail("key", code);
    krb5_kt_end_seq_get(context, file, &cursor);
    /* Context and table stay: a table in memory goes with its last user. */
}

static gss_cred_id_t acceptor(void) {
    gss_key_value_element_desc elements[] = {{"keytab", "MEMORY:accepts"}, {"rcache", "none:"}};
    gss_key_value_set_desc store = {2, elements};
    gss_cred_id_t credentials;
    OM_uint32 minor;
    OM_uint32 major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET,
                                            GSS_C_ACCEPT, &store, &credentials, NULL, NULL);
    if (GSS_ERROR(major))
        fail("gss_acquire_cred_from", minor);
    return credentials;
}

int main(int count, char **words) {
    if (count != 3)
        fail("usage: accepts TOKENS KEYTAB", count);
    FILE *file = fopen(words[1], "rb");
    if (!file)
        fail("tokens", 0);
    static unsigned char buffer[1 << 26];
    size_t size = fread(buffer, 1, sizeof buffer, file), at = 0;
    keys_to_memory(words[2]);
    gss_cred_id_t credentials = acceptor();
    struct timespec begin, end;
    long accepted = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (at + 4 <= size) {
        size_t length = (size_t)buffer[at] << 24 | buffer[at + 1] << 16 | buffer[at + 2] << 8 | buffer[at + 3];
        gss_buffer_desc input = {length, buffer + at + 4}, output = GSS_C_EMPTY_BUFFER;
        gss_ctx_id_t context = GSS_C_NO_CONTEXT;
        gss_name_t client;
        OM_uint32 minor, ignored;
        OM_uint32 major = gss_accept_sec_context(&minor, &context, credentials, &input, GSS_C_NO_CHANNEL_BINDINGS,
                                                 &client, NULL, &output, NULL, NULL, NULL);
        if (major != GSS_S_COMPLETE)
            fail("gss_accept_sec_context", minor);
        gss_release_name(&ignored, &client);
        gss_release_buffer(&ignored, &output);
        gss_delete_sec_context(&ignored, &context, NULL);
        at += 4 + length;
        accepted++;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%ld %lld\n", accepted,
           (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec);
    return 0;
}
