/// An account of a test's manifest.
struct DeclaredAccount {
  var name: String
  var user: String
  /// The name of a registrar of the manifest.
  var registrar = "main"
  /// Nil: the engine's own address.
  var contact: String?
  var dependsOn: String?
  /// Who registers it; nil: it registers itself.
  var from: String?
  var expires = "1h"
  var isRegistered = true
  var movedFrom: String?
  /// The instance whose GRUUs are asked for; nil: none.
  var gruuInstance: String?
  /// The ports of the first hops of its flows; empty: one flow, straight to the registrar.
  var flowPorts: [UInt16] = []

  init(_ name: String, contact: String? = nil, dependsOn: String? = nil) {
    self.name = name
    user = name
    self.contact = contact
    self.dependsOn = dependsOn
  }

  /// The address of record as `user@host`.
  var identity: String { "\(user)@interop.example" }
}
