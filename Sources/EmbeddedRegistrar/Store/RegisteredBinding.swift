package import SIP

/// One binding as it is listed.
package struct RegisteredBinding: Equatable, Sendable {
  package var identity: AddressOfRecord
  package var contact: String
  /// Seconds left, rounded up.
  package var expires: UInt32
  package var callID: String
  package var cseq: UInt32

  package init(identity: AddressOfRecord, contact: String, expires: UInt32, callID: String, cseq: UInt32) {
    self.identity = identity
    self.contact = contact
    self.expires = expires
    self.callID = callID
    self.cseq = cseq
  }
}
