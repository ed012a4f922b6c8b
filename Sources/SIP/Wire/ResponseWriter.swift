/// Writes the response of a user agent server to a request, into storage that is reused.
///
/// `begin` copies what must be copied, `header` adds rows, `end` closes with `Content-Length: 0`.
package struct ResponseWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  /// What the next responses say of the server's load to those who offered to obey it, such as
  /// `;oc=20;oc-algo="loss"` (RFC 7339, 4); empty says nothing.
  package var load = ""

  package init() { bytes.reserveCapacity(2048) }

  /// Starts a response: status line, the Via chain in its order, From, To, Call-ID, CSeq (RFC 3261, 8.2.6.2).
  ///
  /// The top Via gets `received` if its sent-by is another host than the source or if it asks for `rport`,
  /// and then its `rport` is filled (RFC 3261, 18.2.1; RFC 3581, 4). Headers that are missing are left out, so
  /// that a broken request can be answered too.
  /// - Parameter tag: added to a To that has none; empty adds none.
  package mutating func begin(
    _ status: UInt16,
    _ reason: StaticString,
    to request: MessageView,
    from source: Host,
    port: UInt16,
    tag: UnsafeRawBufferPointer
  ) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(literal: "SIP/2.0 ")
    bytes.append(decimal: status)
    bytes.append(0x20)
    bytes.append(literal: reason)
    bytes.appendLineEnd()
    appendVias(request, source, port)
    copy(.from, of: request)
    appendTo(request, tag)
    copy(.callID, of: request)
    copy(.cseq, of: request)
  }

  /// Adds a row whose value is appended by the closure; the value must not hold CR or LF.
  package mutating func header(_ name: HeaderName, _ value: (inout [UInt8]) -> Void) {
    bytes.append(literal: name.text)
    bytes.append(literal: ": ")
    value(&bytes)
    bytes.appendLineEnd()
  }

  package mutating func header(_ name: HeaderName, _ value: StaticString) {
    header(name) { $0.append(literal: value) }
  }

  /// Closes the response, which has no body.
  package mutating func end() { bytes.append(literal: "Content-Length: 0\r\n\r\n") }

  /// Changes the last byte of each place where a branch stands, as a server would that mixes answers up.
  package mutating func damage(_ branch: [UInt8]) {
    guard !branch.isEmpty, bytes.count >= branch.count else { return }
    for start in 0...bytes.count - branch.count
    where bytes[start..<start + branch.count].elementsEqual(branch) {
      bytes[start + branch.count - 1] ^= 1
    }
  }

  private mutating func copy(_ name: HeaderName, of request: MessageView) {
    guard let value = request.value(name) else { return }
    header(name) { $0.append(bytes: value) }
  }

  private mutating func appendTo(_ request: MessageView, _ tag: UnsafeRawBufferPointer) {
    guard let value = request.value(.to) else { return }
    let needsTag = !tag.isEmpty && NameAddressView(value).map { $0.tag == nil } ?? false
    header(.to) { out in
      out.append(bytes: value)
      guard needsTag else { return }
      out.append(literal: ";tag=")
      out.append(bytes: tag)
    }
  }

  private mutating func appendVias(_ request: MessageView, _ source: Host, _ port: UInt16) {
    var isTop = true
    request.forEachValue(.via) { row in
      bytes.append(literal: "Via: ")
      if isTop, let via = request.topVia {
        appendTop(via, source, port)
        // What follows the first value in its row is copied as it stands.
        let offset = UnsafeRawPointer(via.bytes.baseAddress!) - UnsafeRawPointer(row.baseAddress!)
        bytes.append(bytes: row.slice(from: offset + via.bytes.count))
      } else {
        bytes.append(bytes: row)
      }
      bytes.appendLineEnd()
      isTop = false
    }
  }

  private mutating func appendTop(_ via: ViaView, _ source: Host, _ port: UInt16) {
    let wantsPort = via.rport != .absent
    let needsReceived = wantsPort || !source.isWritten(as: via.sentByHost)
    // A `received` or `rport` that the sender filled in itself is not to be believed: both are written anew.
    let end = via.bytes.count..<via.bytes.count
    let old = (via.responsePortRange ?? end, via.receivedRange ?? end)
    let (first, second) = old.0.lowerBound <= old.1.lowerBound ? old : (old.1, old.0)
    let offer = load.isEmpty ? nil : via.overloadOffer
    appendWithout(offer ?? [], of: via, 0..<first.lowerBound)
    appendWithout(offer ?? [], of: via, first.upperBound..<second.lowerBound)
    appendWithout(offer ?? [], of: via, second.upperBound..<via.bytes.count)
    if wantsPort {
      bytes.append(literal: ";rport=")
      bytes.append(decimal: port)
    }
    if offer != nil { bytes.append(string: load) }
    guard needsReceived else { return }
    bytes.append(literal: ";received=")
    switch source {
    case .ipv4(let address): bytes.append(address: address)
    case .ipv6(let address): bytes.append(string: address.description)
    case .name(let name): bytes.append(string: name)
    }
  }

  /// Copies a part of a Via but for some of its parameters, which are within it or outside.
  private mutating func appendWithout(_ parameters: [Range<Int>], of via: ViaView, _ part: Range<Int>) {
    var start = part.lowerBound
    for parameter in parameters where part.contains(parameter.lowerBound) {
      bytes.append(bytes: via.bytes.slice(start..<parameter.lowerBound))
      start = parameter.upperBound
    }
    bytes.append(bytes: via.bytes.slice(start..<part.upperBound))
  }
}

extension ViaView {
  /// Where the sender offers to obey what a server says of its load; nil where it does not.
  fileprivate var overloadOffer: [Range<Int>]? {
    var ranges: [Range<Int>] = []
    var isOffered = false
    var reader = ParameterReader(bytes, from: parametersStart)
    while let parameter = reader.next() {
      let isAmount = parameter.name.isEqual(ignoringCase: "oc")
      guard isAmount || parameter.name.isEqual(ignoringCase: "oc-algo") else { continue }
      isOffered = isOffered || isAmount
      ranges.append(parameter.range)
    }
    return isOffered ? ranges : nil
  }
}

extension Host {
  /// True if the text, a sent-by's host, is this address.
  package func isWritten(as text: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .ipv4(let address): IPv4Address(text) == address
    case .ipv6, .name: Host(text.text) == self
    }
  }
}
