//! A picture as pixels, and how a large one becomes small without ever being in
//! memory whole.

/// Rows of red, green and blue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pixels {
    width: usize,
    bytes: Vec<u8>,
}

impl Pixels {
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.bytes.len() / (self.width * 3)
    }

    /// All bytes, row by row.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The colour at column `x` of row `y`; black outside.
    pub(super) fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        let inside = x < self.width;
        self.bytes
            .get(start..start + 3)
            .filter(|_| inside)
            .map_or([0; 3], |it| [it[0], it[1], it[2]])
    }
}

/// A picture that is made smaller, or larger, while its pixels come in any
/// order: each pixel of the outcome is the mean of those that lie in it.
pub(super) struct Shrinker {
    /// For each column and row of the picture, where it goes.
    columns: Vec<usize>,
    rows: Vec<usize>,
    /// What is gathered: its width and height, and the sums of the colours and
    /// their count.
    width: usize,
    height: usize,
    sums: Vec<[u32; 4]>,
    /// How large the outcome is.
    outcome: (usize, usize),
}

impl Shrinker {
    /// From a picture of the `source` size to one that just fits into `room`,
    /// both in pixels and not empty.
    pub(super) fn new(source: (u32, u32), room: (u32, u32)) -> Self {
        let outcome = fitted(source, room);
        let gathered = (outcome.0.min(source.0) as usize, outcome.1.min(source.1) as usize);
        let (width, height) = gathered;
        let map = |from: u32, to: usize| {
            let from = from as usize;
            (0..from).map(|place| place * to / from).collect::<Vec<usize>>()
        };
        Self {
            columns: map(source.0, width),
            rows: map(source.1, height),
            width,
            height,
            sums: vec![[0; 4]; width * height],
            outcome: (outcome.0 as usize, outcome.1 as usize),
        }
    }

    /// Takes the pixel at column `x` of row `y`; one outside is passed over.
    pub(super) fn add(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        let (Some(column), Some(row)) = (self.columns.get(x), self.rows.get(y)) else { return };
        let sum = &mut self.sums[row * self.width + column];
        for (sum, value) in sum.iter_mut().zip(colour) {
            *sum += u32::from(value);
        }
        sum[3] += 1;
    }

    /// The outcome; black where nothing came.
    pub(super) fn finish(self) -> Pixels {
        let (width, height) = self.outcome;
        let mut bytes = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            for x in 0..width {
                let place = y * self.height / height * self.width + x * self.width / width;
                let [red, green, blue, count] = self.sums[place];
                let mean = |sum: u32| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX);
                bytes.extend([red, green, blue].map(mean));
            }
        }
        Pixels { width, bytes }
    }
}

/// The largest size that fits into `room` and has the proportions of `source`.
pub(super) fn fitted(source: (u32, u32), room: (u32, u32)) -> (u32, u32) {
    let (width, height) = (u64::from(source.0), u64::from(source.1));
    let (most_wide, most_high) = (u64::from(room.0), u64::from(room.1));
    let (wide, high) = if width * most_high >= height * most_wide {
        (most_wide, (height * most_wide + width / 2) / width.max(1))
    } else {
        ((width * most_high + height / 2) / height.max(1), most_high)
    };
    let held = |size: u64, most: u32| u32::try_from(size).unwrap_or(most).clamp(1, most.max(1));
    (held(wide, room.0), held(high, room.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_proportions() {
        assert_eq!(fitted((3_000, 3_000), (220, 220)), (220, 220));
        assert_eq!(fitted((16, 9), (320, 320)), (320, 180));
        assert_eq!(fitted((9, 16), (320, 320)), (180, 320));
        assert_eq!(fitted((10_000, 1), (22, 22)), (22, 1));
    }

    #[test]
    fn a_pixel_is_the_mean_of_those_in_it_in_whatever_order_they_come() {
        let mut shrinker = Shrinker::new((4, 2), (2, 1));
        for (x, y, red) in
            [(3, 1, 30), (0, 0, 10), (1, 0, 20), (2, 0, 10), (0, 1, 30), (1, 1, 40), (3, 0, 20)]
        {
            shrinker.add(x, y, [red, 0, 255]);
        }
        shrinker.add(2, 1, [40, 0, 255]);
        shrinker.add(4, 0, [255; 3]);
        let pixels = shrinker.finish();
        assert_eq!((pixels.width(), pixels.height()), (2, 1));
        assert_eq!(pixels.bytes(), [25, 0, 255, 25, 0, 255]);
        assert_eq!(
            (pixels.at(1, 0), pixels.at(2, 0), pixels.at(0, 1)),
            ([25, 0, 255], [0; 3], [0; 3])
        );
    }

    #[test]
    fn a_small_picture_fills_its_room() {
        let mut shrinker = Shrinker::new((2, 1), (4, 4));
        shrinker.add(0, 0, [1; 3]);
        shrinker.add(1, 0, [2; 3]);
        let pixels = shrinker.finish();
        assert_eq!((pixels.width(), pixels.height()), (4, 2));
        assert_eq!(pixels.bytes()[..12], [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    }
}
