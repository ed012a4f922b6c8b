import Testing

@testable import SIP

@Suite struct HashTests {
  @Test("AUT-10 SHA-512/256 gives the published values of FIPS 180-4")
  func givesThePublishedValues() {
    #expect(value("abc") == "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")
    #expect(value("") == "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a")
    let long =
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
      + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
    #expect(value(long) == "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a")
  }

  @Test(
    "SHA-512/256 pads at every border of a block",
    arguments: [
      (111, "0239e429f98d0ed61ee8e2a7c30afe98c1c3a80ce5dff62a107e9c538f7632ce"),
      (112, "9216b5303edb66504570bee90e48ea5beaa5e9fe9f760bbd3e0460559fc005f6"),
      (127, "2fe3b2a6ee7e12f6fe4ba82166541ad9b4ed882c493581cbe300d68f3757b778"),
      (128, "b88f97e274f9c1d49f181c8cbd01a9c74930ad055a46ac4499a1d601f1c80bf2"),
      (129, "fb9035c9009ed4a60e37510339ebdb1c771339f30aa581d5dea3690a524c23f1"),
      (300, "19f6f40dff1362d4798293b101b08b0e7d6ca4748780c164701ecce2412e3d17"),
    ]
  )
  func padsAtEveryBorder(length: Int, digits: String) {
    #expect(value(String(repeating: "a", count: length)) == digits)
  }

  @Test func everyHashOfNothingIsTheKnownOne() {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    #expect(Hash.md5.value(of: none).hexDigits == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(
      Hash.sha256.value(of: none).hexDigits
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
  }

  @Test func hexadecimalDigitsAreReadInAnyCaseAndOnlyInFullLength() {
    let digits = Array("D41D8cd98f00b204e9800998ecf8427e".utf8)
    #expect(HashValue(hex: digits, of: .md5)?.hexDigits == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(HashValue(hex: digits.dropLast(), of: .md5) == nil)
    #expect(HashValue(hex: digits, of: .sha256) == nil)
    #expect(HashValue(hex: Array("g41D8cd98f00b204e9800998ecf8427e".utf8), of: .md5) == nil)
  }

  private func value(_ text: String) -> String {
    Array(text.utf8).withUnsafeBytes { Hash.sha512t256.value(of: $0).hexDigits }
  }
}
