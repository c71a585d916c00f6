import E911Values
import ELINEngine
import Testing

/// What is said before a call is what the call is given.
@Suite struct PreviewTests {
    @Test(arguments: 1...20) func aPreviewIsWhatIsTaken(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var engine = ELINEngine(configuration: site())
        var seconds = 0.0
        for step in 0..<200 {
            seconds += Double(Int.random(in: 0..<600, using: &random))
            let place =
                ["hq", "east", "attic", "lab", "bench", "barn", "moon", nil].randomElement(using: &random) ?? nil
            let device = "d\(Int.random(in: 0..<6, using: &random))"
            let server = ["main", "main", "short", "nobody"].randomElement(using: &random) ?? "main"
            let share =
                [nil, ELINShare(position: step % 2, seesOther: step % 3 == 0)].randomElement(using: &random) ?? nil
            let before = engine
            let said = engine.preview(
                place: place.map(PlaceKey.init), callServer: server, device: DeviceKey(device), share: share,
                now: at(seconds))
            #expect(engine == before, "a preview changes nothing")
            let taken = engine.take(
                request(device, place, server: server, call: UInt64(step) + 1, share: share), now: at(seconds))
            #expect(said?.elin == taken?.elin, "seed \(seed), step \(step): \(device) at \(place ?? "-") of \(server)")
            #expect(said?.place == taken?.place && said?.source == taken?.source)
            if taken?.source != .callServerDefault {
                #expect(said?.isRenewed == taken?.renewed && said?.displaced == taken?.displaced)
            }
        }
    }

    @Test func theReasonIsSaid() {
        let engine = ELINEngine(configuration: site())
        func reason(_ place: String?) -> String? {
            engine.preview(
                place: place.map(PlaceKey.init), callServer: "main", device: DeviceKey("d"), now: at(0))?.reason
        }
        let none = "no number of the pool is bound to the place yet"
        #expect(reason("hq") == "of the place's free ELINs the one that was used longest ago")
        #expect(reason("lab") == "\(none), so that of 'hq' is sent, which contains it")
        #expect(reason("barn") == "\(none), and no place around it has an ELIN: the call server's default ELIN is sent")
        #expect(reason("attic") == "the place has no ELIN: the call server's default ELIN is sent")
        #expect(
            engine.preview(place: PlaceKey("lab"), callServer: "main", device: DeviceKey("d"), now: at(0))?.isPending
                == true)
        #expect(engine.preview(place: nil, callServer: "nobody", device: DeviceKey("d"), now: at(0)) == nil)
    }
}
