import SIP

/// Applies the contacts of one REGISTER to the bindings of one address of record: all of them, or none
/// (RFC 3261, 10.3 steps 6 and 7).
struct BindingUpdate {
  enum Refusal: Error, Equatable {
    /// An asterisk beside other contacts, or without Expires 0.
    case wildcard
    /// A contact that cannot be read.
    case contact
    case tooBrief
    /// The same Call-ID, and a CSeq that is not higher.
    case outOfOrder
    case tooMany
  }

  let request: MessageView
  let callID: UnsafeRawBufferPointer
  let cseq: UInt32
  let settings: RegistrarSettings
  /// Grants so many seconds, whatever is asked for.
  let granted: UInt32?
  let now: Instant

  /// The bindings after the request.
  func apply(to old: [Binding]) throws(Refusal) -> [Binding] {
    if hasWildcard { return try removeAll(from: old) }
    var bindings = old
    var refusal: Refusal?
    let unreadable = request.forEachContact { contact in
      do throws(Refusal) {
        try apply(contact, old: old, to: &bindings)
        return true
      } catch {
        refusal = refusal ?? error
        // An unreadable contact further on would be the first fault in the order of the steps.
        return true
      }
    }
    if unreadable > 0 { throw .contact }
    if let refusal { throw refusal }
    guard bindings.count <= settings.limits.bindingsPerIdentity else { throw .tooMany }
    return bindings
  }

  private var hasWildcard: Bool {
    var found = false
    request.forEachListValue(.contact, hasAddresses: true) { value in
      found = value.isEqual(to: "*")
      return !found
    }
    return found
  }

  private var contactCount: Int {
    var count = 0
    request.forEachListValue(.contact, hasAddresses: true) { _ in
      count += 1
      return true
    }
    return count
  }

  private func removeAll(from old: [Binding]) throws(Refusal) -> [Binding] {
    guard contactCount == 1, request.value(.expires)?.decimal(UInt32.self) == 0 else { throw .wildcard }
    for binding in old { try checkOrder(of: binding) }
    return []
  }

  private func apply(_ contact: ContactView, old: [Binding], to bindings: inout [Binding]) throws(Refusal) {
    let seconds = try expires(of: contact)
    for previous in named(by: contact, seconds, among: old) { try checkOrder(of: old[previous]) }
    let positions = named(by: contact, seconds, among: bindings)
    if seconds > 0 {
      let new = binding(contact, seconds)
      if let first = positions.first { bindings[first] = new } else { bindings.append(new) }
    }
    // Of several flows to one address, a contact that names none means all.
    for position in positions.dropFirst(seconds > 0 ? 1 : 0).reversed() { bindings.remove(at: position) }
  }

  /// The bindings that a contact names. One with an instance and a reg-id names its flow's; a new flow takes the
  /// place of a binding to the same address without any, and removes none (RFC 5626, 6).
  private func named(by contact: ContactView, _ seconds: UInt32, among bindings: [Binding]) -> [Int] {
    let matches = bindings.indices.map { bindings[$0].match(contact) }
    if let flow = matches.firstIndex(of: .flow) { return [flow] }
    let isFlow = contact.instance != nil && contact.registrationID != nil
    if isFlow, seconds == 0 { return [] }
    return matches.indices.filter { matches[$0] == .uri }
  }

  private func checkOrder(of binding: Binding) throws(Refusal) {
    if callID.isEqual(to: binding.callID), cseq <= binding.cseq { throw .outOfOrder }
  }

  /// The contact's own wish, then the request's, then the default; malformed means an hour (RFC 3261, 20.10).
  private func expires(of contact: ContactView) throws(Refusal) -> UInt32 {
    var wish = settings.defaultExpires
    if let own = contact.expires {
      wish = own
    } else if contact.isExpiresMalformed {
      wish = 3600
    } else if let common = request.value(.expires) {
      wish = common.clampedDecimal ?? 3600
    }
    if wish > 0, wish < settings.minExpires, wish < 3600 { throw .tooBrief }
    if wish > 0, let granted { return granted }
    return wish == 0 ? 0 : min(max(wish, min(settings.minExpires, settings.maxExpires)), settings.maxExpires)
  }

  private func binding(_ contact: ContactView, _ seconds: UInt32) -> Binding {
    Binding(
      uri: Array(contact.uri),
      parameters: contact.parametersWithoutExpires,
      instance: contact.instance.map { Array($0) },
      registrationID: contact.registrationID,
      expiresAt: now + .seconds(Int64(seconds)),
      callID: Array(callID),
      cseq: cseq
    )
  }
}

extension ContactView {
  /// The header parameters as they came, so that the answer can repeat them.
  fileprivate var parametersWithoutExpires: [UInt8] {
    var bytes: [UInt8] = []
    var reader = ParameterReader(parameters)
    while let parameter = reader.next() {
      if parameter.name.isEqual(ignoringCase: "expires") { continue }
      bytes.append(bytes: parameters.slice(parameter.range))
    }
    return bytes
  }
}
