import Foundation
import Reconcile
import SIPTransport
import TestSupport

/// The files with which the registrar of a contract test shows that it is `example.org`.
struct ContractCertificates {
  let server: TLSServerSettings
  let client: Reconcile.TLSSettings
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let authority = try PrivateAuthority()
    let shown = try authority.issue(CertificateWish(dnsNames: ["example.org"]))
    let files = [("ca.pem", try authority.pem), ("cert.pem", shown.certificate), ("key.pem", shown.key)]
    for (name, text) in files {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    let path = { [folder] (name: String) in folder.appending(path: name).path }
    server = TLSServerSettings(certificate: path("cert.pem"), key: path("key.pem"))
    client = Reconcile.TLSSettings(ca: path("ca.pem"))
  }

  func remove() throws { try FileManager.default.removeItem(at: folder) }
}
