import SIP
import Testing

@testable import EmbeddedRegistrar

@Suite struct FaultTests {
  private let request = LabRequest("<sip:alice@192.0.2.10>", expires: "600")

  private func statuses(_ lab: RegistrarLab, _ count: Int) -> [UInt16?] {
    (0..<count).map { number in lab.send(request.changed { $0.cseq = UInt32(number + 1) })?.status }
  }

  @Test("UAS-27 a code for the n-th request, with its Retry-After")
  func status() throws {
    var lab = try RegistrarLab(faults: "status=503,nth=2,retryAfter=5")
    #expect(statuses(lab, 3) == [200, 503, 200])
    lab = try RegistrarLab(faults: "status=503,count=2,retryAfter=5; status=423,after=2,minExpires=900")
    let first = lab.send(request)
    #expect(first?.value(.retryAfter) == "5")
    #expect(statuses(lab, 2) == [503, 423])
    #expect(lab.send(request.changed { $0.cseq = 7 })?.value(.minExpires) == "900")
    #expect(lab.contacts().isEmpty)
  }

  @Test("UAS-27 an address of record by pattern, and requests with or without credentials")
  func selection() throws {
    let lab = try RegistrarLab(faults: "status=403,identity=al*@example.com; status=500,credentials=with")
    #expect(statuses(lab, 1) == [403])
    let bob = request.changed { $0.to = "<sip:bob@example.com>" }
    #expect(lab.send(bob)?.status == 200)
    #expect(lab.send(bob.changed { $0.rows = ["Authorization: Digest x=y"] })?.status == 500)
  }

  @Test("TRN-15 UAS-27 an answer says that the request came from elsewhere, or from another port each time")
  func seenElsewhere() throws {
    var lab = try RegistrarLab(faults: "seenAt=203.0.113.9:40000")
    let asking = request.changed { $0.via = "10.0.0.5:5060;rport" }
    #expect(lab.send(asking)?.value(.via)?.contains(";rport=40000;received=203.0.113.9") == true)
    lab = try RegistrarLab(faults: "seenAt=203.0.113.9")
    let ports = (0..<3).map { number in
      lab.send(asking.changed { $0.cseq = UInt32(number + 1) })?.value(.via)
    }
    #expect(Set(ports).count == 3)
  }

  @Test("LOD-11 LOD-13 UAS-27 who offers it is asked for less traffic, under a number that grows")
  func overload() throws {
    let lab = try RegistrarLab(
      faults: "overload=50,validity=10000,count=1; overload=10/s,after=1,count=1; overload=0,after=2"
    )
    let asking = request.changed { $0.via = "10.0.0.5:5060;oc;rport;oc-algo=\"rate,loss\"" }
    let first = try #require(lab.send(asking)?.value(.via))
    #expect(first.contains(";oc=50;oc-algo=\"loss\";oc-validity=10000;oc-seq=1.0"))
    #expect(!first.contains(";oc;") && !first.contains("rate"))
    let second = lab.send(asking.changed { $0.cseq = 2 })?.value(.via)
    #expect(second?.contains(";oc=10;oc-algo=\"rate\";oc-seq=2.0") == true)
    #expect(lab.send(asking.changed { $0.cseq = 3 })?.value(.via)?.contains(";oc=0;") == true)
    #expect(lab.send(request.changed { $0.cseq = 4 })?.value(.via)?.contains("oc") == false)
  }

  @Test("UAS-27 a load that is none is told plainly")
  func overloadErrors() {
    #expect(throws: FaultScriptError.needsOverload("validity")) { try RegistrarLab(faults: "validity=5") }
    #expect(throws: FaultScriptError.self) { try RegistrarLab(faults: "overload=101") }
    #expect(throws: FaultScriptError.self) { try RegistrarLab(faults: "overload=x/s") }
  }

  @Test("UAS-27 each address of record is counted on its own")
  func perIdentity() throws {
    let lab = try RegistrarLab(faults: "status=503,count=1,per=identity")
    let bob = request.changed { $0.to = "<sip:bob@example.com>" }
    #expect(statuses(lab, 2) == [503, 200])
    #expect(lab.send(bob)?.status == 503)
    #expect(lab.send(bob)?.status == 200)
  }

  @Test("UAS-27 a lost request leaves no trace; after a lost answer its copy is answered")
  func losses() throws {
    var lab = try RegistrarLab(faults: "silence,count=1")
    let copy = request.changed { $0.branch = "z9hG4bKcopy" }
    #expect(lab.send(copy) == nil)
    #expect(lab.contacts().isEmpty)
    #expect(lab.send(copy)?.status == 200)
    lab = try RegistrarLab(faults: "loseAnswer,count=1")
    #expect(lab.send(copy) == nil)
    #expect(lab.contacts().count == 1)
    #expect(lab.send(copy)?.status == 200)
    #expect(lab.core.requests.last?.isCopy == true)
  }

  @Test("UAS-27 a share of the requests is lost, the same ones for the same seed")
  func loss() throws {
    let lab = try RegistrarLab(faults: "silence,probability=0.25")
    let lost = statuses(lab, 400).filter { $0 == nil }.count
    #expect((60...140).contains(lost))
    let again = try RegistrarLab(faults: "silence,probability=0.25")
    #expect(statuses(again, 400).filter { $0 == nil }.count == lost)
  }

  @Test("UAS-27 a delayed answer waits for its timer, and copies wait with it")
  func delay() throws {
    let lab = try RegistrarLab(faults: "delay=200ms,count=1")
    let copy = request.changed { $0.branch = "z9hG4bKcopy" }
    let start = lab.now
    #expect(lab.send(copy) == nil)
    #expect(lab.actions == [.wake(at: start + .milliseconds(200))])
    #expect(lab.send(copy) == nil)
    lab.now = start + .milliseconds(199)
    #expect(lab.fireTimer() == nil)
    #expect(lab.actions == [.wake(at: start + .milliseconds(200))])
    lab.now = start + .milliseconds(200)
    let late = lab.fireTimer()
    #expect(late?.status == 200)
    #expect(lab.actions.count == 1)
    #expect(lab.send(copy)?.bytes == late?.bytes)
  }

  @Test("UAS-27 delayed answers come in the order of their times")
  func delays() throws {
    let lab = try RegistrarLab(faults: "delay=2s,nth=1;delay=1s,nth=2;delay=3s,nth=3")
    let start = lab.now
    _ = statuses(lab, 3)
    var order: [String?] = []
    for second in 1...3 {
      lab.now = start + .seconds(Int64(second))
      order.append(lab.fireTimer()?.value(.cseq))
    }
    #expect(order == ["2 REGISTER", "1 REGISTER", "3 REGISTER"])
  }

  @Test("UAS-27 granted expiry, rewritten contacts, foreign contacts")
  func answers() throws {
    let lab = try RegistrarLab(faults: "grant=30,rewrite=203.0.113.9:7000,foreign=sip:other@192.0.2.99")
    let rows = lab.send(request)?.rows(.contact)
    #expect(rows == ["<sip:alice@203.0.113.9:7000>;expires=30", "<sip:other@192.0.2.99>;expires=1800"])
    #expect(lab.contacts() == ["sip:alice@192.0.2.10"])
  }

  @Test("UAS-27 a stale loop, a wrong branch, a restart")
  func oddities() throws {
    var lab = try RegistrarLab(faults: "stale")
    for _ in 0..<3 { #expect(lab.send(request)?.text.contains("stale=true") == true) }
    lab = try RegistrarLab(faults: "wrongBranch,count=1")
    let wrong = lab.send(request.changed { $0.branch = "z9hG4bKabc" })
    #expect(wrong?.read { $0.topVia?.branch?.text } == "z9hG4bKabb")
    lab = try RegistrarLab(faults: "restart,nth=2")
    lab.send(request)
    let second = lab.send(LabRequest("<sip:second@192.0.2.10>", cseq: 2))
    #expect(second?.rows(.contact).count == 1)
  }

  @Test(
    "a script that cannot be read says why",
    arguments: [
      ("status=503,cuont=3", FaultScriptError.unknownKey("cuont")), ("count=3", .noEffect("count=3")),
      ("retryAfter=3", .needsStatus("retryAfter")), ("minExpires=3", .needsStatus("minExpires")),
      ("status=99", .value(key: "status", value: "99", allowed: "a whole number from 200 to 699")),
      ("status", .value(key: "status", value: "", allowed: "a whole number from 200 to 699")),
      ("silence=1", .value(key: "silence", value: "1", allowed: "without a value")),
      ("delay=5", .value(key: "delay", value: "5", allowed: "a time such as 200ms, 2s or 1m")),
      ("silence,probability=2", .value(key: "probability", value: "2", allowed: "a number from 0 to 1")),
      ("silence,per=user", .value(key: "per", value: "user", allowed: "identity")),
      ("rewrite=a@b", .value(key: "rewrite", value: "a@b", allowed: "a host, or host:port")),
      ("silence,credentials=yes", .value(key: "credentials", value: "yes", allowed: "with or without")),
    ]
  )
  func errors(_ text: String, _ error: FaultScriptError) {
    #expect(throws: error) { try FaultScript(parsing: text) }
    #expect(error.description.hasPrefix("fault: "))
  }

  @Test("a script reads into its faults")
  func parsing() throws {
    let script = try FaultScript(parsing: " status=503 , count=3 ;; delay=1m,identity=*@b ; ")
    #expect(
      script.faults == [
        Fault(.answer(status: 503, retryAfter: nil, minExpires: nil), FaultSelection(count: 3)),
        Fault(.delay(.seconds(60)), FaultSelection(identity: "*@b")),
      ]
    )
    #expect(try FaultScript(parsing: "").isEmpty)
  }

  @Test(
    "patterns",
    arguments: [
      ("*", "alice@x", true), ("alice@x", "alice@x", true), ("al*@x", "alice@x", true),
      ("*@y", "alice@x", false),
      ("a*e*x", "alice@x", true), ("a*b", "ab", true), ("a*b", "acbd", false), ("", "a", false),
      ("**a", "aaa", true),
    ]
  )
  func patterns(_ pattern: String, _ text: String, _ fits: Bool) {
    #expect(FaultSelection(identity: pattern).fits(identity: text, hasCredentials: false) == fits)
  }
}
