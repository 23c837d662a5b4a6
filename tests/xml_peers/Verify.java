// Verifies the XML signature of each file named on standard input, a certificate before it, with the JDK's
// own implementation; prints a line for each: true or false. Which algorithms its provider would rather not
// see is not the question here, so that its secure validation is off.

import java.io.*;
import java.nio.file.*;
import java.security.cert.*;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.*;
import org.w3c.dom.*;

public class Verify {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        DocumentBuilderFactory documents = DocumentBuilderFactory.newInstance();
        documents.setNamespaceAware(true);
        XMLSignatureFactory signatures = XMLSignatureFactory.getInstance("DOM");
        CertificateFactory certificates = CertificateFactory.getInstance("X.509");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] names = line.split(" ");
            boolean holds;
            try (InputStream pem = Files.newInputStream(Path.of(names[0]))) {
                Document document = documents.newDocumentBuilder().parse(new File(names[1]));
                Element root = document.getDocumentElement();
                root.setIdAttribute(root.hasAttribute("AssertionID") ? "AssertionID" : "ID", true);
                NodeList found = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
                DOMValidateContext context = new DOMValidateContext(
                    certificates.generateCertificate(pem).getPublicKey(), found.item(0));
                context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.FALSE);
                holds = found.getLength() == 1
                    && signatures.unmarshalXMLSignature(context).validate(context);
            } catch (Exception problem) {
                System.err.println(names[1] + ": " + problem);
                holds = false;
            }
            System.out.println(holds);
        }
    }
}
