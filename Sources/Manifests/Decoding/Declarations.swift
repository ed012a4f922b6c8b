import Reconcile
import SIP

/// The named registrars and credentials of all files, which every file's accounts may use.
struct Declarations {
  var registrars: [String: Named<RegistrarDeclaration>] = [:]
  var credentials: [String: Named<CredentialDeclaration>] = [:]
}

/// A declaration and where it stands; the value is nil where it was declared wrongly.
struct Named<Value: Sendable>: Sendable {
  var value: Value?
  var at: SourceLocation
}

/// A named registrar.
struct RegistrarDeclaration {
  var uri: SIPURI
  var outboundProxy: [SIPURI] = []
  var tls: TLSSettings?
}
