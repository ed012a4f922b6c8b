/// What we use of an `Authentication-Info` (RFC 7616, 3.5); the buffers are slices of its value.
struct AuthenticationInfo {
  /// The nonce for the next request, as written.
  private(set) var nextNonce: UnsafeRawBufferPointer?
  /// `rspauth`: the server's proof that it knows the password, in hexadecimal.
  private(set) var responseProof: UnsafeRawBufferPointer?

  init(_ value: UnsafeRawBufferPointer) {
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { return }
    var parameters = AuthenticationParameters(value)
    while let item = parameters.next() {
      switch item {
      case .parameter(let name, let value):
        if name.equalsIgnoringCase("nextnonce") { nextNonce = nextNonce ?? value }
        if name.equalsIgnoringCase("rspauth") { responseProof = responseProof ?? value }
      case .scheme: continue
      case .malformed: return
      }
    }
  }
}
