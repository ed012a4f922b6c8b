/// What a server says about its load in the top Via of an answer (RFC 7339, 4; RFC 7415, 3).
package struct OverloadFeedback: Equatable, Sendable {
  package enum Restriction: Hashable, Sendable {
    /// This share of the requests is not to be sent now, in percent.
    case loss(percent: UInt8)
    /// No more requests than this in a second.
    case rate(perSecond: UInt32)
  }

  /// What a request's Via offers, behind a parameter of its own. We never send `oc-validity` or `oc-seq`.
  package static let offer = ";oc;oc-algo=\"rate,loss\""
  /// How long a restriction holds where the answer does not say (RFC 7339, 4.3).
  package static let usualValidity = Duration.milliseconds(500)
  /// The longest that a server is believed: it may ask again with each answer.
  package static let longestValidity = Duration.seconds(3600)

  package var restriction: Restriction
  /// Zero ends the control at once.
  package var validity: Duration
  /// `oc-seq`, in steps of a hundred-thousandth.
  package var sequence: UInt64?

  package init(
    _ restriction: Restriction,
    validity: Duration = OverloadFeedback.usualValidity,
    sequence: UInt64?
  ) {
    self.restriction = restriction
    self.validity = validity
    self.sequence = sequence
  }

  /// Reads the first of each parameter; nil where the server says nothing, or nothing that can be obeyed: no
  /// number, a share above 100, an algorithm that was not offered, a validity or a sequence that is none.
  package init?(_ via: ViaView) {
    var (amount, validity, sequence, algorithm): (Field, Field, Field, Field) = (nil, nil, nil, nil)
    var reader = ParameterReader(via.bytes, from: via.parametersStart)
    while let parameter = reader.next() {
      let name = parameter.name
      if amount == nil, name.isEqual(ignoringCase: "oc") { amount = .some(parameter.value) }
      if validity == nil, name.isEqual(ignoringCase: "oc-validity") { validity = .some(parameter.value) }
      if sequence == nil, name.isEqual(ignoringCase: "oc-seq") { sequence = .some(parameter.value) }
      if algorithm == nil, name.isEqual(ignoringCase: "oc-algo") { algorithm = .some(parameter.value) }
    }
    guard let value = amount??.decimal(UInt32.self),
      let restriction = OverloadFeedback.restriction(value, algorithm)
    else { return nil }
    self.restriction = restriction

    switch validity {
    case nil: self.validity = OverloadFeedback.usualValidity
    case .some(let text):
      guard let milliseconds = text?.decimal(UInt32.self) else { return nil }
      self.validity = min(.milliseconds(Int64(milliseconds)), OverloadFeedback.longestValidity)
    }
    switch sequence {
    case nil: self.sequence = nil
    case .some(let text):
      guard let number = text.flatMap(OverloadFeedback.sequence) else { return nil }
      self.sequence = number
    }
  }

  /// A parameter that may be absent, or there without a value.
  private typealias Field = UnsafeRawBufferPointer??

  /// An answer that names no algorithm means the one that everybody has: loss.
  private static func restriction(_ value: UInt32, _ algorithm: Field) -> Restriction? {
    guard case .some(let name) = algorithm else { return loss(value) }
    guard let name else { return nil }
    if name.isEqual(ignoringCase: "\"loss\"") || name.isEqual(ignoringCase: "loss") { return loss(value) }
    if name.isEqual(ignoringCase: "\"rate\"") || name.isEqual(ignoringCase: "rate") {
      return .rate(perSecond: value)
    }
    return nil
  }

  private static func loss(_ value: UInt32) -> Restriction? {
    value <= 100 ? .loss(percent: UInt8(value)) : nil
  }

  /// Up to twelve digits, a dot, and up to five that are a fraction: 7.5 is later than 7.15.
  private static func sequence(_ text: UnsafeRawBufferPointer) -> UInt64? {
    guard let dot = text.firstIndex(of: UInt8(ascii: ".")), (1...12).contains(dot),
      (1...5).contains(text.count - dot - 1),
      let whole = text.slice(0..<dot).decimal(UInt64.self),
      var fraction = text.slice(dot + 1..<text.count).decimal(UInt64.self)
    else { return nil }
    for _ in text.count - dot - 1..<5 { fraction *= 10 }
    return whole * 100_000 + fraction
  }
}
