// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the peers' libraries are wanted here alone.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "e911d", path: "..", traits: [])],
    targets: [
        .systemLibrary(
            name: "CSofia", pkgConfig: "sofia-sip-ua", providers: [.apt(["libsofia-sip-ua-dev"])]),
        .target(name: "PeerSofia", dependencies: ["CSofia"], cSettings: [.unsafeFlags(["-O2"])]),
        .target(name: "AllocationCounter", cSettings: [.unsafeFlags(["-O2"])]),
        .executableTarget(name: "CallLoad", cSettings: [.unsafeFlags(["-O2"])]),
        .executableTarget(
            name: "ParseBenchmark",
            dependencies: [
                "AllocationCounter", "PeerSofia", .product(name: "SIPCore", package: "e911d"),
                .product(name: "E911Values", package: "e911d"),
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
                .treatAllWarnings(as: .error),
            ]),
    ]
)
