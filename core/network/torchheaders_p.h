// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Precompiled: a source file that includes these takes seconds to compile without it.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <string>
#include <vector>
