/// What a stub name server does with a query.
public enum StubReply: Sendable {
  /// Records of the answer and of the additional section; with none it is NODATA.
  case records([StubRecord], additional: [StubRecord] = [])
  /// No records, and a start of authority that allows it to be believed for so many seconds.
  case none(isMissing: Bool, lifetime: UInt32)
  /// An error code: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED.
  case code(UInt8)
  case silence
  /// Over UDP nothing but the truncation bit, over TCP the records.
  case truncated([StubRecord])
}
