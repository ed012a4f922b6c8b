import ArgumentParser
import Manifests

/// The file that `init` writes.
enum StarterFile {
  static func check(owner: String) throws {
    guard OwnerName.isValid(owner) else {
      throw ValidationError("--owner: an owner's name has \(OwnerName.rule).")
    }
  }

  static func text(owner: String) -> String {
    // A name of digits alone would be a number to other readers.
    let name = owner.first?.isLetter == true ? owner : "\"\(owner)\""
    return """
      # yaml-language-server: $schema=./sipreconcile.schema.json
      #
      # For an editor that completes and checks:  sipreconcile schema config > sipreconcile.schema.json
      #
      # What is declared here is made so:
      #   sipreconcile validate FILE          checks it; nothing is sent
      #   sipreconcile apply --sandbox FILE   rehearses it in this process; nothing leaves the machine
      #   sipreconcile plan FILE              shows what would change
      #   sipreconcile apply FILE             makes it so
      #   sipreconcile watch FILE             stays, refreshes and repairs, and follows this file

      apiVersion: sipreconcile/v1

      # The stable name under which registrations are owned. Two files with one owner share a state.
      owner: \(name)

      # Where several accounts register. Without an entry here it is the domain of an account's identity.
      registrars:
        carrier:
          uri: sip:sip.carrier.example
          # outboundProxy: sip:edge.carrier.example;lr
          # maxRate: 50                   # REGISTERs per second, all accounts together

      # Secrets are references: fromEnv, fromFile, or fromCredential (systemd).
      credentials:
        carrier:
          username: "4930123456"
          password: { fromEnv: CARRIER_PASSWORD }

      # For every account that does not say otherwise.
      defaults:
        expires: 1h

      accounts:
        # The name is yours, and stable. What the registrar knows is the identity.
        trunk:
          identity: sip:4930123456@carrier.example
          registrar: carrier
          auth: carrier
          # Where calls are to arrive; without it, this process' own address.
          contact: sip:4930123456@192.0.2.10:5060

        # This one waits for the trunk, and has a contact of its own.
        fax:
          identity: sip:4930123457@carrier.example
          registrar: carrier
          dependsOn: { account: trunk, contact: own }
          auth: { username: "4930123457", password: { fromEnv: FAX_PASSWORD } }
          contact: sip:4930123457@192.0.2.10:5060
          # register: false               # declared, and unregistered on purpose
          # protect: true                 # never unregistered by a plan

      """
  }
}
