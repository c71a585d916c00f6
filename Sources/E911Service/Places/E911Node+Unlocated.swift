import SIPCore

extension E911Node {
    /// Raises an alarm when devices are unlocated, again whenever their number has doubled, and says when none is any more:
    /// their calls would be sent to the default location. `e911d devices --unlocated` lists them.
    mutating func tellUnlocated() {
        let count = devicePlaces.unlocated
        if count > 0, count >= 2 * toldUnlocated {
            toldUnlocated = count
            note(
                .alarm, "devices.unlocated",
                "Nothing says where some devices are; their calls go to the default location",
                [.init("devices", "\(count)")])
        } else if count == 0, toldUnlocated > 0 {
            toldUnlocated = 0
            note(.notice, "devices.located", "It is known of every device where it is")
        } else if count < toldUnlocated / 2 {
            toldUnlocated = count
        }
    }
}
