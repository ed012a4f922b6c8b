package import SIP

/// One request that came, copies included, and how it was answered.
package struct ReceivedRequest: Sendable, Equatable {
  package var at: Instant
  package var source: Endpoint
  /// The number of the connection that it came on; nil for a datagram.
  package var stream: Int?
  /// The code of the answer; nil if there was none.
  package var status: UInt16?
  /// True for a copy of a request that came before.
  package var isCopy: Bool
  /// The digest user whose credentials were right.
  package var user: String?
  /// The request as it came.
  package var bytes: [UInt8]

  package init(
    at: Instant,
    source: Endpoint,
    stream: Int? = nil,
    status: UInt16?,
    isCopy: Bool,
    user: String?,
    bytes: [UInt8]
  ) {
    self.at = at
    self.source = source
    self.stream = stream
    self.status = status
    self.isCopy = isCopy
    self.user = user
    self.bytes = bytes
  }
}

/// What the request says; empty or nil where it cannot be read.
extension ReceivedRequest {
  package var method: String { read { $0.method?.text } ?? "" }
  package var callID: String { read { $0.callID?.text } ?? "" }
  package var cseq: UInt32? { read { $0.cseq?.number } }
  package var expires: UInt32? { read { $0.expires } }
  package var hasCredentials: Bool { read { $0.value(.authorization) != nil } ?? false }

  package var identity: AddressOfRecord? {
    read { view in
      guard let to = view.to else { return nil }
      do { return try AddressOfRecord(SIPURI(parsing: to.uri)) } catch { return nil }
    }
  }

  /// The URIs of the contacts, `*` included.
  package var contacts: [String] {
    read { view in
      var uris: [String] = []
      view.forEachContact {
        uris.append($0.uri.text)
        return true
      }
      return uris
    } ?? []
  }

  private func read<Result>(_ body: (MessageView) -> Result?) -> Result? {
    do { return try SIPMessage(bytes).withView(body) } catch { return nil }
  }
}
