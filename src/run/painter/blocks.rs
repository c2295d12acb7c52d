//! The colours of half blocks, in a terminal that has 256.

/// The brightness of the six steps of each colour of the cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The number of the colour that is nearest to `colour`: of the cube, which
/// begins at 16, or of the greys behind it.
pub(super) fn nearest(colour: [u8; 3]) -> u8 {
    let step = |value: u8| {
        let places = (0_u8..).zip(STEPS);
        places.min_by_key(|(_, step)| step.abs_diff(value)).unwrap_or_default()
    };
    let [red, green, blue] = colour.map(step);
    let cube = 16 + 36 * red.0 + 6 * green.0 + blue.0;
    let mean = colour.iter().map(|value| u16::from(*value)).sum::<u16>() / 3;
    let place = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or_default();
    let grey = 8 + 10 * place;
    let distance = |other: [u8; 3]| -> u32 {
        colour.iter().zip(other).map(|(one, two)| u32::from(one.abs_diff(two)).pow(2)).sum()
    };
    if distance([grey; 3]) < distance([red.1, green.1, blue.1]) { 232 + place } else { cube }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_colour_becomes_the_nearest_of_256() {
        for (colour, number) in [
            ([0, 0, 0], 16),
            ([255, 255, 255], 231),
            ([255, 0, 0], 196),
            ([0, 0, 250], 21),
            ([128, 128, 128], 244),
            ([9, 8, 8], 232),
            ([96, 134, 176], 67),
        ] {
            assert_eq!(nearest(colour), number, "{colour:?}");
        }
    }
}
