import SIP
import Testing

@Suite struct PushTokenTests {
  @Test(
    "PSH-10 a device token is left out, however it is written",
    arguments: [
      (
        "<sip:a@192.0.2.1;pn-provider=apns;pn-param=T.app;pn-prid=s3cret>;expires=60",
        "<sip:a@192.0.2.1;pn-provider=apns;pn-param=(removed);pn-prid=(removed)>;expires=60"
      ),
      ("sip:a@192.0.2.1;PN-PRID=s3cret", "sip:a@192.0.2.1;PN-PRID=(removed)"),
      ("<sip:a@h>; pn-prid = \"s3;c,ret\";q=1", "<sip:a@h>; pn-prid=(removed);q=1"),
      ("sip:a@h;pn-prid=s3cret?X=y", "sip:a@h;pn-prid=(removed)?X=y"),
      ("INVITE sip:a@h;pn-prid=s3cret SIP/2.0", "INVITE sip:a@h;pn-prid=(removed) SIP/2.0"),
      ("sip:a@h;pn-prid=\"s3cret", "sip:a@h;pn-prid=(removed)"),
      ("sip:a@h;pn-prid=", "sip:a@h;pn-prid=(removed)"),
    ]
  )
  func aTokenIsLeftOut(text: String, shown: String) {
    #expect(PushToken.removed(from: text) == shown)
  }

  @Test(
    "what is no token stays as it is",
    arguments: [
      "", ";", "sip:a@h", "sip:a@h;pn-provider=apns", "sip:a@h;pn-prid", "sip:a@h;x-pn-prid=1", "a;é=1",
    ]
  )
  func otherTextStays(text: String) {
    #expect(PushToken.removed(from: text) == text)
  }
}
