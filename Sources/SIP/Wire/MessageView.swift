/// A message read in place: valid only while its bytes are, and nothing is copied until asked for.
///
/// A header that is malformed reads as nil, and affects nothing else. `validateResponse` and
/// `validateRequest` check what every message must have.
package struct MessageView {
  /// The message as it came.
  package let bytes: UnsafeRawBufferPointer
  package let index: MessageIndex
  /// What the ranges of the index refer to: the message, or its copy without folded lines.
  package let head: UnsafeRawBufferPointer

  /// - Parameter index: the index of exactly these bytes.
  package init(bytes: UnsafeRawBufferPointer, index: MessageIndex) {
    self.bytes = bytes
    self.index = index
    head = index.unfolded?.bytes ?? bytes
  }

  // MARK: - The start line

  package var isRequest: Bool { index.isRequest }

  /// 0 for a request.
  package var statusCode: UInt16 { index.statusCode }

  /// Empty for a request; what is not UTF-8 becomes U+FFFD.
  package var reasonPhrase: String {
    if case .response(_, let reason) = index.startLine { return head.slice(reason).text }
    return ""
  }

  /// nil for a response.
  package var method: UnsafeRawBufferPointer? {
    if case .request(let method, _) = index.startLine { return head.slice(method) }
    return nil
  }

  /// nil for a response.
  package var requestURI: UnsafeRawBufferPointer? {
    if case .request(_, let uri) = index.startLine { return head.slice(uri) }
    return nil
  }

  package var body: UnsafeRawBufferPointer { bytes.slice(index.body) }

  // MARK: - Rows and values

  func value(of field: MessageIndex.Field) -> UnsafeRawBufferPointer {
    head.slice(Int(field.valueRange.lowerBound)..<Int(field.valueRange.upperBound))
  }

  /// The first row of that name, trimmed and unfolded.
  package func value(_ name: HeaderName) -> UnsafeRawBufferPointer? {
    guard index.has(name) else { return nil }
    for field in index.fields where field.name == name { return value(of: field) }
    return nil
  }

  /// The first row of a name that `HeaderName` does not list.
  package func value(named name: StaticString) -> UnsafeRawBufferPointer? {
    for field in index.fields where field.name == .other {
      let range = Int(field.nameRange.lowerBound)..<Int(field.nameRange.upperBound)
      if head.slice(range).isEqual(ignoringCase: name) { return value(of: field) }
    }
    return nil
  }

  /// Every row of that name from top to bottom. Challenges come this way: one a row.
  package func forEachValue(_ name: HeaderName, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard index.has(name) else { return }
    for field in index.fields where field.name == name { body(value(of: field)) }
  }

  /// Every value of a header whose rows are comma lists, from top to bottom.
  ///
  /// - Parameter body: returns false to stop.
  package func forEachListValue(
    _ name: HeaderName,
    hasAddresses: Bool = false,
    _ body: (UnsafeRawBufferPointer) -> Bool
  ) {
    guard index.has(name) else { return }
    for field in index.fields where field.name == name {
      var list = ListReader(value(of: field), hasAddresses: hasAddresses)
      while let item = list.next() { if !body(item) { return } }
    }
  }

  /// The number of rows of that name.
  package func rowCount(_ name: HeaderName) -> Int {
    var count = 0
    for field in index.fields where field.name == name { count += 1 }
    return count
  }

  // MARK: - Headers with a form of their own

  package var cseq: (number: UInt32, method: UnsafeRawBufferPointer)? {
    value(.cseq).flatMap { CSeqView($0) }.map { ($0.number, $0.method) }
  }

  /// Never empty, and never with a blank in it.
  package var callID: UnsafeRawBufferPointer? {
    guard let value = value(.callID), !value.isEmpty else { return nil }
    for byte in value where byte.isBlank { return nil }
    return value
  }

  package var from: NameAddressView? { value(.from).flatMap { NameAddressView($0) } }
  package var to: NameAddressView? { value(.to).flatMap { NameAddressView($0) } }
  package var fromTag: UnsafeRawBufferPointer? { from?.tag }
  package var toTag: UnsafeRawBufferPointer? { to?.tag }

  package var topVia: ViaView? {
    guard let row = value(.via) else { return nil }
    var list = ListReader(row, hasAddresses: false)
    return list.next().flatMap { ViaView($0) }
  }

  /// The number of Via values, of which one row may hold several; counting stops at 2.
  package var viaCount: Int {
    var count = 0
    forEachListValue(.via) { _ in
      count += 1
      return count < 2
    }
    return count
  }

  /// Every Contact value that can be read, from top to bottom.
  ///
  /// - Parameter body: returns false to stop.
  /// - Returns: how many of the values passed could not be read.
  @discardableResult
  package func forEachContact(_ body: (ContactView) -> Bool) -> Int {
    var unreadable = 0
    forEachListValue(.contact, hasAddresses: true) { value in
      guard let contact = ContactView(value) else {
        unreadable += 1
        return true
      }
      return body(contact)
    }
    return unreadable
  }

  /// In seconds, clamped; nil if absent or malformed.
  package var expires: UInt32? { value(.expires)?.clampedDecimal }

  /// In seconds, clamped; nil if absent or malformed.
  package var minExpires: UInt32? { value(.minExpires)?.clampedDecimal }

  package var retryAfter: RetryAfter? { value(.retryAfter).flatMap { RetryAfter($0) } }
}
