// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the peers' libraries are wanted here alone.
let optimised: [CSetting] = [.unsafeFlags(["-O2"])]

let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

// A program that parses by one C library. The module map of the library gives its search path and its name to the linker.
func peer(_ name: String, _ library: Target.Dependency) -> Target {
    .executableTarget(name: name, dependencies: ["ParseProgram", library], cSettings: optimised)
}

let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "e911d", path: "..", traits: [])],
    targets: [
        .systemLibrary(
            name: "CSofia", pkgConfig: "sofia-sip-ua", providers: [.apt(["libsofia-sip-ua-dev"])]),
        .systemLibrary(name: "COsip", pkgConfig: "libosip2", providers: [.apt(["libosip2-dev"])]),
        .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CRe", pkgConfig: "libre", providers: [.apt(["libre-dev"])]),
        .target(name: "AllocationCounter", cSettings: optimised),
        .target(name: "ParseProgram", dependencies: ["AllocationCounter", "Loads"], cSettings: optimised),
        peer("ParseSofia", "CSofia"),
        peer("ParseOsip", "COsip"),
        peer("ParseRe", "CRe"),
        .target(name: "Loads", cSettings: optimised),
        .executableTarget(name: "CallLoad", dependencies: ["Loads"], cSettings: optimised),
        .executableTarget(name: "Flood", dependencies: ["Loads"], cSettings: optimised),
        .executableTarget(
            name: "ParseSIPCore",
            dependencies: ["ParseProgram", .product(name: "SIPCore", package: "e911d")], swiftSettings: swift),
        .target(name: "PrefixPeer", cSettings: optimised),
        .executableTarget(
            name: "Resolve",
            dependencies: ["PrefixPeer"] + ["E911Values", "Locations"].map { .product(name: $0, package: "e911d") },
            swiftSettings: swift),
        .executableTarget(name: "RegInfoPass", dependencies: ["CXML2", "Loads"], cSettings: optimised),
        .executableTarget(
            name: "Registrations",
            dependencies: ["E911Values", "SIPCore", "RegInfo", "E911Service"].map {
                .product(name: $0, package: "e911d")
            }, swiftSettings: swift),
    ]
)
