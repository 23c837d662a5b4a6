/* Accepts a second of MIT's GSS library: each token of a file once, with one credential.
 *
 * Usage: accept_rate TOKENS KEYTAB. TOKENS has tokens one after the other, each behind its length in four
 * octets, the highest first. The replay cache is spared (KRB5RCACHENAME=none:), and so is the file of keys:
 * they are copied into memory first.
 */
#include <gssapi/gssapi_ext.h>
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void fail(const char *what, long code)
{
    fprintf(stderr, "%s: %ld\n", what, code);
    exit(1);
}

static void copy_keys(const char *file, const char *memory)
{
    krb5_context context;
    krb5_keytab from, to;
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;

    if (krb5_init_context(&context) || krb5_kt_resolve(context, file, &from) ||
        krb5_kt_resolve(context, memory, &to) || krb5_kt_start_seq_get(context, from, &cursor))
        fail("keys", 0);
    while (krb5_kt_next_entry(context, from, &entry, &cursor) == 0)
        if (krb5_kt_add_entry(context, to, &entry))
            fail("key", entry.vno);
    /* The table in memory lives as long as somebody holds it. */
    krb5_kt_end_seq_get(context, from, &cursor);
}

static double seconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void accept_one(gss_cred_id_t credential, gss_buffer_t token)
{
    OM_uint32 major, minor, flags;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_name_t client = GSS_C_NO_NAME;
    gss_buffer_desc answer = GSS_C_EMPTY_BUFFER;

    major = gss_accept_sec_context(&minor, &context, credential, token, GSS_C_NO_CHANNEL_BINDINGS, &client,
                                   NULL, &answer, &flags, NULL, NULL);
    if (major != GSS_S_COMPLETE)
        fail("refused", minor);
    if (!(flags & GSS_C_MUTUAL_FLAG) || answer.length == 0)
        fail("no answer", flags);
    gss_release_buffer(&minor, &answer);
    gss_release_name(&minor, &client);
    gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
}

int main(int count, char **words)
{
    static const char memory[] = "MEMORY:keys";
    gss_key_value_element_desc element = { "keytab", memory };
    gss_key_value_set_desc store = { 1, &element };
    gss_cred_id_t credential;
    OM_uint32 minor;
    unsigned char length[4];
    gss_buffer_desc *tokens = NULL;
    size_t number = 0;
    double begin;
    FILE *file;

    if (count != 3 || !(file = fopen(words[1], "rb")))
        fail("usage: accept_rate TOKENS KEYTAB", count);
    while (fread(length, 1, 4, file) == 4) {
        gss_buffer_desc token;

        token.length = (size_t)length[0] << 24 | length[1] << 16 | length[2] << 8 | length[3];
        token.value = malloc(token.length);
        if (fread(token.value, 1, token.length, file) != token.length)
            fail("tokens", number);
        tokens = realloc(tokens, (number + 1) * sizeof(*tokens));
        tokens[number++] = token;
    }
    copy_keys(words[2], memory);
    if (gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, GSS_C_ACCEPT, &store,
                              &credential, NULL, NULL))
        fail("credential", minor);
    begin = seconds();
    for (size_t each = 0; each < number; each++)
        accept_one(credential, &tokens[each]);
    printf("%.1f\n", number / (seconds() - begin));
    return 0;
}
