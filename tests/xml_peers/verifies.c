/* Verifies the signature of every token of a file with libxmlsec1 and prints how many nanoseconds that took.
   Usage: verifies TOKENS CERTIFICATE; a token stands behind its length in four octets, most significant
   first. The key is read once; the path of the certificate is not looked at. */

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <xmlsec/crypto.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void verify(const char *token, size_t length, xmlSecKeyPtr key) {
    static const xmlChar *names[] = {BAD_CAST "ID", NULL};
    xmlDocPtr document = xmlReadMemory(token, (int)length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);
    if (!document)
        fail("a token that cannot be read");
    xmlSecAddIDs(document, xmlDocGetRootElement(document), names);
    xmlNodePtr signature = xmlSecFindNode(xmlDocGetRootElement(document), xmlSecNodeSignature, xmlSecDSigNs);
    xmlSecDSigCtxPtr context = xmlSecDSigCtxCreate(NULL);
    context->signKey = xmlSecKeyDuplicate(key);
    if (xmlSecDSigCtxVerify(context, signature) < 0 || context->status != xmlSecDSigStatusSucceeded)
        fail("a signature that does not hold");
    xmlSecDSigCtxDestroy(context);
    xmlFreeDoc(document);
}

int main(int count, char **words) {
    if (count != 3)
        fail("usage: verifies TOKENS CERTIFICATE");
    xmlInitParser();
    if (xmlSecInit() < 0 || xmlSecCryptoAppInit(NULL) < 0 || xmlSecCryptoInit() < 0)
        fail("xmlsec1 does not begin");
    xmlSecKeyPtr key = xmlSecCryptoAppKeyLoad(words[2], xmlSecKeyDataFormatCertPem, NULL, NULL, NULL);
    FILE *file = fopen(words[1], "rb");
    if (!key || !file)
        fail("no certificate, or no tokens");
    static char buffer[1 << 28];
    size_t size = fread(buffer, 1, sizeof buffer, file), at = 0;
    const unsigned char *octets = (const unsigned char *)buffer;
    struct timespec begin, end;
    long verified = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (at + 4 <= size) {
        size_t length = (size_t)octets[at] << 24 | octets[at + 1] << 16 | octets[at + 2] << 8 | octets[at + 3];
        verify(buffer + at + 4, length, key);
        at += 4 + length;
        verified++;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%ld %lld\n", verified,
           (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec);
    return 0;
}
