package import SIP

extension Account {
  /// The fields in which this account differs from another, in the order of the change table.
  ///
  /// Spellings that mean the same are no difference, and neither is the value of a literal secret: a
  /// rotation is seen by its keyed fingerprint. The id is not compared. Another identity comes with its display
  /// name, which is no difference of its own then.
  public func differences(from other: Account) -> [AccountField] {
    var fields = AccountField.allCases.filter { differs(from: other, in: $0) }
    if fields.contains(.identity) { fields.removeAll { $0 == .displayName } }
    return fields
  }

  /// True if nothing differs that `differences` would name, at the price of one comparison.
  func isSame(as other: Account) -> Bool {
    if id == other.id && self == other { return true }
    return differences(from: other).isEmpty
  }

  func differs(from other: Account, in field: AccountField) -> Bool {
    switch field {
    case .identity: !identity.uri.isSameIdentity(as: other.identity.uri)
    case .displayName: identity.displayName != other.identity.displayName
    case .from: from != other.from
    case .registrar: registrar != other.registrar
    case .outboundProxy: outboundProxy != other.outboundProxy
    case .transport: transport != other.transport
    case .register: register != other.register
    case .dependsOn: dependsOn != other.dependsOn && Set(dependsOn) != Set(other.dependsOn)
    case .auth: credentials.map(\.withoutValue) != other.credentials.map(\.withoutValue)
    case .expires: expires != other.expires
    case .contact: contact != other.contact
    case .push: push.map(\.withoutReference) != other.push.map(\.withoutReference)
    case .outbound: outbound != other.outbound
    case .headers: headers != other.headers
    case .keepAlive: keepAlive != other.keepAlive
    case .retry: retry != other.retry
    case .onRemove: onRemove != other.onRemove
    case .onMasterLoss: onMasterLoss != other.onMasterLoss
    case .exclusive: exclusive != other.exclusive
    case .protect: protect != other.protect
    case .sharedIdentity: sharedIdentity != other.sharedIdentity
    case .redirects: redirects != other.redirects
    case .redirect: redirect != other.redirect
    case .movedFrom: movedFrom != other.movedFrom
    case .labels: labels != other.labels
    case .description: description != other.description
    case .tls: tls != other.tls
    }
  }
}

extension FieldChange {
  /// The difference of one field; nil for `before` stands for an account that was not there.
  public init(_ field: AccountField, before: Account?, after: Account) {
    let old = before.flatMap { field.text(of: $0) }
    let new = field.text(of: after)
    let hidesValue = before != nil && old == new
    self.init(
      path: field.path,
      before: hidesValue ? nil : old,
      after: hidesValue ? nil : new,
      isSensitive: hidesValue && (field == .auth || field == .push || field == .contact)
    )
  }

  /// The differences of one field that differs; a device token has one of its own, without a value.
  package static func changes(of field: AccountField, before: Account?, after: Account) -> [FieldChange] {
    let change = FieldChange(field, before: before, after: after)
    guard field == .push, let token = after.push?.prid, token != before?.push?.prid else { return [change] }
    return change.before == change.after ? [.pushToken] : [change, .pushToken]
  }

  /// What an account declares, as the fields of its first registration; absent fields are left out.
  public static func all(of account: Account) -> [FieldChange] {
    AccountField.allCases.flatMap { field -> [FieldChange] in
      guard field != .displayName, field.text(of: account) != nil else { return [] }
      return changes(of: field, before: nil, after: account)
    }
  }
}

extension PushParameters {
  /// What the wire shows: from where the resource id came is no difference, and the state does not keep it.
  fileprivate var withoutReference: PushParameters {
    var copy = self
    copy.pridReference = nil
    return copy
  }
}

extension CredentialDeclaration {
  /// The declaration with a literal's value left out, as the state keeps it.
  fileprivate var withoutValue: CredentialDeclaration {
    guard case .literal = secret else { return self }
    var copy = self
    copy.secret = .literal(nil)
    return copy
  }
}

extension SIPURI {
  /// True if both are the same address of record (RFC 3261, 10.3 step 5).
  package func isSameIdentity(as other: SIPURI) -> Bool {
    self == other || AddressOfRecord(self) == AddressOfRecord(other)
  }
}
