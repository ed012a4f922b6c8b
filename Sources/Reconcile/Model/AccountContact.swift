package import SIP

extension Account {
  /// The contact URI that the manifest settles, as it is sent; nil where it is the engine's address or the
  /// master's contact.
  package var declaredContact: SIPURI? { contact.map { contactURI(at: $0.uri) } }

  /// The contact URI at an address: with what a push gateway needs to know.
  package func contactURI(at address: SIPURI) -> SIPURI {
    guard let push else { return address }
    var uri = address
    uri.parameters += push.contactParameters
    return uri
  }
}

extension PushParameters {
  /// The contact URI parameters of RFC 8599, 4.1, with their values escaped.
  fileprivate var contactParameters: [SIPURI.Field] {
    let escaped = { (text: String) in
      Escaped.escape(text) { $0.isUnreserved || $0.isParameterUnreserved }
    }
    var fields = [SIPURI.Field("pn-provider", escaped(provider))]
    if let param { fields.append(SIPURI.Field("pn-param", escaped(param))) }
    fields.append(SIPURI.Field("pn-prid", escaped(prid)))
    return fields
  }
}
