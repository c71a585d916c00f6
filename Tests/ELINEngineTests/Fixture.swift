import E911Values
import ELINEngine

/// A clock that tests turn by hand; the wall clock runs along.
func at(_ seconds: Double) -> Now {
    let milliseconds = Int64(seconds * 1000)
    return Now(
        monotonic: MonotonicTime(nanoseconds: milliseconds * 1_000_000),
        wall: WallTime(milliseconds: 1_795_524_214_000 + milliseconds))
}

/// `+1312555` and four digits.
func elin(_ last: UInt64) -> TelephoneNumber {
    TelephoneNumber(digits: 13_125_550_000 + last) ?? TelephoneNumber(digits: 1_000_000_000)!
}

/// `hq` with two ELINs; in it `east` with one, `attic` with none, `lab` and in it `bench` with pending pool ELINs.
/// Call server `main` has timeout 1200 s and a test ELIN, `short` 0 s and none.
func site(mainTimeout: Duration = .seconds(1200)) -> ELINConfiguration {
    ELINConfiguration(
        places: [
            .init(key: PlaceKey("hq"), elins: [elin(101), elin(102)]),
            .init(key: PlaceKey("east"), elins: [elin(103)], ancestors: [PlaceKey("hq")]),
            .init(key: PlaceKey("attic"), elins: [], ancestors: [PlaceKey("hq")]),
            .init(key: PlaceKey("lab"), elins: [], usesPool: true, ancestors: [PlaceKey("hq")]),
            .init(key: PlaceKey("bench"), elins: [], usesPool: true, ancestors: [PlaceKey("lab"), PlaceKey("hq")]),
            .init(key: PlaceKey("barn"), elins: [], usesPool: true),
        ],
        callServers: [
            .init(
                name: "main", defaultELIN: elin(100), testELIN: elin(199), defaultPlace: PlaceKey("hq"),
                timeout: mainTimeout),
            .init(name: "short", defaultELIN: elin(200), defaultPlace: PlaceKey("hq"), timeout: .zero),
        ],
        pools: [.init(name: "downtown", ranges: [.init(first: elin(120), last: elin(139))])])
}

func call(_ counter: UInt64) -> RecordKey {
    RecordKey(time: at(0).wall, node: "a", counter: counter)
}

/// - Parameter number: ``Subject`` counts calls by itself that have none.
func request(
    _ device: String, _ place: String?, server: String = "main", call number: UInt64 = 0, share: ELINShare? = nil
) -> ELINRequest {
    ELINRequest(
        device: DeviceKey(device), callerDN: "dn-\(device)", callerContact: "sip:\(device)@192.0.2.1",
        callServer: server, place: place.map(PlaceKey.init), call: call(number), share: share)
}

/// An engine by reference, so that what changes it can stand in an expectation.
@dynamicMemberLookup
final class Subject {
    var value: ELINEngine
    private var calls: UInt64 = 0

    init(_ configuration: ELINConfiguration = site()) {
        value = ELINEngine(configuration: configuration)
    }

    subscript<T>(dynamicMember path: KeyPath<ELINEngine, T>) -> T { value[keyPath: path] }

    func take(_ request: ELINRequest, now: Now) -> ELINAssignment? {
        var request = request
        calls = max(calls + 1, request.call.counter)
        request.call = call(calls)
        return value.take(request, now: now)
    }

    /// The ELIN that a device is given.
    func number(_ device: String, _ place: String?, server: String = "main", _ now: Now) -> TelephoneNumber? {
        take(request(device, place, server: server), now: now)?.elin
    }

    func merge(_ stored: StoredLease, window: Duration, age: Duration, now: Now) -> ELINEngine.Merge {
        value.merge(stored, window: window, age: age, now: now)
    }

    func drop(_ call: RecordKey, of elin: TelephoneNumber, now: Now) -> Bool { value.drop(call, of: elin, now: now) }

    func callback(to number: TelephoneNumber, now: Now) -> CallbackAnswer { value.callback(to: number, now: now) }

    func advance(to now: Now, limit: Int = 256) -> [Lease] { value.advance(to: now, limit: limit) }

    func lookUpForTest(
        place: PlaceKey?, callServer: String, share: ELINShare? = nil, now: Now
    ) -> UnleasedELIN? {
        value.lookUpForTest(place: place, callServer: callServer, share: share, now: now)
    }
}

extension CallbackAnswer {
    var dn: String? {
        switch self {
        case .caller(let lease): lease.callerDN
        case .outsideWindow, .notOurs: nil
        }
    }
}
