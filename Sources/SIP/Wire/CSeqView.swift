/// A CSeq: a number and a method (RFC 3261, 20.16). Valid only while the message's bytes are.
package struct CSeqView {
  package var number: UInt32
  package var method: UnsafeRawBufferPointer

  /// Leading zeros are fine; a number that does not fit 32 bits is not.
  package init?(_ value: UnsafeRawBufferPointer) {
    var index = 0
    while index < value.count, value[index].isASCIIDigit { index += 1 }
    let blank = index
    guard let number = value.slice(0..<index).decimal(UInt32.self) else { return nil }
    index = value.skippingBlanks(from: index)
    guard index > blank, index < value.count else { return nil }
    for position in index..<value.count where !value[position].isToken { return nil }
    self.number = number
    method = value.slice(from: index)
  }
}
