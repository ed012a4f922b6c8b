/// Manifests for tests of commands.
enum Manifest {
  /// A master with a contact of its own, and two dependents.
  static let gateway = """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      push:
        identity: '"Alice" <sip:alice@push.example.org>'
        contact: sip:alice@192.0.2.7
      desk:
        identity: sip:desk@pbx.example.com
        dependsOn: push
      door:
        identity: sip:door@pbx.example.com
        dependsOn: push
        expires: 10m

    """

  static let withoutDoor = """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      push:
        identity: '"Alice" <sip:alice@push.example.org>'
        contact: sip:alice@192.0.2.7
      desk:
        identity: sip:desk@pbx.example.com
        dependsOn: push
        expires: 30m

    """

  /// Three errors.
  static let invalid = """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      push:
        identity: sip:alice@push.example.org
        expire: 10m
      desk:
        identity: nonsense
      door:
        identity: sip:door@pbx.example.com
        dependsOn: psh

    """

  static let secret = """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      push:
        identity: sip:alice@push.example.org
        contact: sip:alice@192.0.2.7
        auth: { username: alice, password: { fromEnv: CANARY } }

    """
}
