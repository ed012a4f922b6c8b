/// What every message must have before anything in it is believed.
extension MessageView {
  /// Checks a response: one Via value, and From, To, Call-ID and CSeq each once and readable.
  ///
  /// A response that fails is dropped without an answer (RFC 3261, 8.1.3.3; RFC 4475, 3.3.1 and 3.3.8).
  ///
  /// - Returns: the Via and the CSeq, which say whose response it is.
  @discardableResult
  package func validateResponse() throws(MessageError) -> (via: ViaView, cseq: CSeqView) {
    guard !isRequest, statusCode != 0 else { throw .wrongKind }
    return (try validateTopVia(isOnly: true), try validateIdentifiers())
  }

  /// Checks a request; `MessageError.status` says what to answer one that fails.
  package func validateRequest() throws(MessageError) {
    guard let method, let requestURI else { throw .wrongKind }
    _ = try validateTopVia(isOnly: false)
    let cseq = try validateIdentifiers()
    guard cseq.method.isEqual(to: method) else { throw .methodMismatch }
    try validateMaxForwards()
    try validate(requestURI)
  }

  /// A URI of another scheme is well-formed for all we know; a SIP URI has no headers here (RFC 3261, 19.1.1).
  private func validate(_ requestURI: UnsafeRawBufferPointer) throws(MessageError) {
    do {
      guard try SIPURIView(requestURI).headers.isEmpty else { throw MessageError.requestURI }
    } catch SIPURIError.scheme(let scheme) {
      throw scheme.isEmpty || scheme.first == "<" ? .requestURI : .scheme
    } catch {
      throw .requestURI
    }
  }

  private func validateTopVia(isOnly: Bool) throws(MessageError) -> ViaView {
    guard let row = value(.via) else { throw .missing(.via) }
    var list = ListReader(row, hasAddresses: false)
    guard let first = list.next(), let via = ViaView(first) else { throw .unreadable(.via) }
    if isOnly, index.hasSeveral(.via) || list.next() != nil { throw .severalVias }
    return via
  }

  private func validateIdentifiers() throws(MessageError) -> CSeqView {
    try validateOnce(.from)
    try validateOnce(.to)
    try validateOnce(.callID)
    try validateOnce(.cseq)
    guard let from, from.hasReadableParameters else { throw .unreadable(.from) }
    guard let to, to.hasReadableParameters else { throw .unreadable(.to) }
    guard callID != nil else { throw .unreadable(.callID) }
    guard let cseq = value(.cseq).flatMap({ CSeqView($0) }) else { throw .unreadable(.cseq) }
    return cseq
  }

  private func validateOnce(_ name: HeaderName) throws(MessageError) {
    guard index.has(name) else { throw .missing(name) }
    if index.hasSeveral(name) { throw .repeated(name) }
  }

  /// RFC 2543 had no Max-Forwards, so it may be missing.
  private func validateMaxForwards() throws(MessageError) {
    guard let value = value(.maxForwards) else { return }
    try validateOnce(.maxForwards)
    guard value.decimal(UInt8.self) != nil else { throw .unreadable(.maxForwards) }
  }
}
